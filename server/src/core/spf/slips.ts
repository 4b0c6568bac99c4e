import { listOddCharacters, readCharacters, removeOddCharacters } from '../answers/odd-characters.ts';
import { isIp4Address, parseIp6Address } from '../names/ip-address.ts';

/** White space that is not the blank, the only character that separates terms (RFC 7208 §4.6.1). */
const OTHER_BLANK = /[\t-\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
const CONTROLS = ['\t', '\n', '\r'];

/** What people write for a mechanism. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['ip', 'ip4'],
  ['ipv4', 'ip4'],
  ['ipv6', 'ip6'],
]);
const NAMED = /^([+\-~?]?)(include|exists|ptr|ip4|ip6|ipv4|ipv6|ip|a|mx|redirect|exp)[:=](.*)$/i;
const MECHANISM_WITH_EQUALS = /^(?:include|exists|ptr|ip4|ip6|ipv4|ipv6|ip|a|mx)=/i;
const ADDRESS = /^([+\-~?]?)(?:(?!exists|exp|ptr)[a-z][a-z0-9]*[:=])?\[?([0-9a-f:.]+)\]?(?:(\/{1,2})(\d+))?$/i;
/** Where a term begins right behind another one, as the strings of a TXT record are joined (RFC 7208 §3.3). */
const GLUED = /(?<=[^+\-~?:=."'`])(?=[+\-~?]all$|[+\-~?]?(?:include|exists|ip4|ip6|redirect)[:=])/i;

/** Lists the code points of characters that belong into no SPF record and are not seen as what they are. @param text DNS octets as latin1 */
export function listWrongCharacters(text: string): number[] {
  const controls = CONTROLS.filter((character) => text.includes(character));
  return [...controls.map((character) => character.charCodeAt(0)), ...listOddCharacters(text)];
}

/** Takes back what nobody typed on purpose: white space becomes blanks, and other odd characters go or become plain. */
export function cleanCharacters(text: string): string {
  const blanks = readCharacters(text).replace(OTHER_BLANK, ' ');
  return removeOddCharacters(Buffer.from(blanks, 'utf8').toString('latin1'));
}

/** Takes out blanks that tear a term apart: `~ all`, `include: example.com`, `ip4 192.0.2.1`. */
export function joinTornTerms(record: string): string {
  return record
    .replace(/ ([+\-~?]) +(?=[a-z])/gi, ' $1')
    .replace(/ ([+\-~?]?(?:include|exists|ptr|ip4|ip6|ipv4|ipv6|ip|a|mx|redirect|exp)) *([:=]) */gi, ' $1$2')
    .replace(/ ([+\-~?]?(?:include|exists|ip4|ip6|ipv4|ipv6|ip)) +(?=[\w-]+\.)/gi, ' $1:');
}

/** Splits terms between which the blank is missing. */
export function splitGluedTerms(text: string): string[] {
  return text.split(GLUED);
}

/** Whether a mechanism is written with `=` in place of `:`, which makes it a modifier that has no effect. */
export function isMechanismWithEquals(text: string): boolean {
  return MECHANISM_WITH_EQUALS.test(text);
}

/** Writes a term that names an IP address as it must be written; null where it names none. */
export function nameAddress(text: string): { readonly name: 'ip4' | 'ip6'; readonly text: string } | null {
  const [, qualifier = '', address = '', slash = '', prefix = ''] = ADDRESS.exec(text) ?? [];
  const name = isIp4Address(address) ? 'ip4' : parseIp6Address(address) !== null ? 'ip6' : null;
  if (name === null || (name === 'ip4' && slash === '//')) return null;
  return { name, text: `${qualifier}${name}:${address}${slash && `/${prefix}`}` };
}

/** Writes a wrong term as it was meant, as far as that can be known. */
export function repairTerm(text: string): string {
  const bare = text.replace(/^["'`]+|["'`,;]+$/g, '');
  const all = /^([+\-~?]?all)\W*$/i.exec(bare);
  if (all) return all[1] ?? bare;
  const address = nameAddress(bare);
  if (address) return address.text;
  const [, qualifier = '', name = '', value = ''] = NAMED.exec(bare) ?? [];
  const lower = name.toLowerCase();
  if (lower === 'exp') return `exp=${value}`;
  // Whoever writes it with a colon wants those senders, also beside an all, where a redirect would have no effect.
  if (lower === 'redirect') return /^[-~?]/.test(qualifier) ? bare : `include:${value}`;
  return name === '' ? bare : `${qualifier}${ALIASES.get(lower) ?? name}:${value}`;
}

/** Splits what is written as a list with commas or semicolons; in a macro they are delimiters. */
export function splitTerm(text: string): string[] {
  return text.includes('{') ? [text] : text.split(/[,;]+/).filter((part) => part !== '');
}
