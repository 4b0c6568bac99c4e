import { isAscii, toAsciiName, toUnicodeName } from '../names/ascii-name.ts';

/** The domains of the addresses in a From field, lower-case A-labels, in their order; or half a sentence on what is wrong. */
export type FromDomains = readonly string[] | { readonly problem: string };

const MAX_CHARACTERS = 10_000;
const MAX_ADDRESSES = 100;
const ATOM_END = /[\s()<>[\]:;@\\,."]/;

type Token = { readonly kind: 'special' | 'atom' | 'quoted' | 'literal'; readonly text: string };

/**
 * Reads the domains of a From field: a list of mailboxes (RFC 5322 §3.4, with groups as RFC 6854 allows them in From, and
 * UTF-8 as RFC 6532 does). Strict: what two readers could read as two different addresses is refused, since the signature
 * validates for it.
 * @param body the field as it was sent, as latin1 text
 */
export function readFromDomains(body: string): FromDomains {
  if (body.length > MAX_CHARACTERS) return { problem: `it is longer than ${MAX_CHARACTERS} characters` };
  const text = decodeUtf8(body);
  if (text === null) return { problem: "it isn't valid UTF-8" };
  const tokens = tokenize(text);
  if ('problem' in tokens) return tokens;
  const domains: string[] = [];
  for (const mailbox of splitMailboxes(tokens)) {
    if ('problem' in mailbox) return mailbox;
    if (mailbox.length === 0) continue;
    const domain = readDomain(mailbox);
    if (typeof domain !== 'string') return domain;
    domains.push(domain);
    if (domains.length > MAX_ADDRESSES) return { problem: `it has more than ${MAX_ADDRESSES} addresses` };
  }
  return domains.length === 0 ? { problem: 'it contains no address' } : domains;
}

function decodeUtf8(body: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, 'latin1'));
  } catch {
    return null;
  }
}

/** Cuts the text into words and specials (RFC 5322 §3.2); comments and folds are left out. */
function tokenize(text: string): readonly Token[] | { readonly problem: string } {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (/\s/.test(character)) at += 1;
    else if (character === '(') {
      const end = skipComment(text, at);
      if (end === null) return { problem: 'it contains an unclosed comment' };
      at = end;
    } else if (character === '"' || character === '[') {
      const close = character === '"' ? '"' : ']';
      const end = skipUntil(text, at + 1, close);
      if (end === null) return { problem: `it contains a ${character} without a closing ${close}` };
      tokens.push({ kind: close === '"' ? 'quoted' : 'literal', text: text.slice(at, end) });
      at = end;
    } else if (ATOM_END.test(character)) {
      tokens.push({ kind: 'special', text: character });
      at += 1;
    } else {
      let end = at + 1;
      while (end < text.length && !ATOM_END.test(text.charAt(end))) end += 1;
      tokens.push({ kind: 'atom', text: text.slice(at, end) });
      at = end;
    }
  }
  return tokens;
}

function skipComment(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')' && --depth === 0) return at + 1;
  }
  return null;
}

function skipUntil(text: string, start: number, close: string): number | null {
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === close) return at + 1;
  }
  return null;
}

/** Splits at commas; `name: a, b;` is a group, whose mailboxes count as the others do. */
function splitMailboxes(tokens: readonly Token[]): (readonly Token[] | { readonly problem: string })[] {
  const mailboxes: (readonly Token[] | { readonly problem: string })[] = [];
  let current: Token[] = [];
  let isInGroup = false;
  let isInAngles = false;
  for (const token of tokens) {
    const special = token.kind === 'special' ? token.text : '';
    if (special === '<') isInAngles = true;
    if (special === '>') isInAngles = false;
    if (special === ':' && !isInAngles) {
      if (isInGroup || current.some(({ kind }) => kind === 'special' || kind === 'literal'))
        return [{ problem: "it contains a colon that doesn't start a group" }];
      isInGroup = true;
      current = [];
    } else if (special === ';') {
      if (!isInGroup) return [{ problem: "it contains a semicolon that doesn't end a group" }];
      mailboxes.push(current);
      current = [];
      isInGroup = false;
    } else if (special === ',' && !isInAngles) {
      mailboxes.push(current);
      current = [];
    } else current.push(token);
  }
  if (isInGroup) return [{ problem: 'it contains an unclosed group' }];
  mailboxes.push(current);
  return mailboxes;
}

/** Reads one mailbox: `local@domain`, or a name and `<local@domain>`. */
function readDomain(mailbox: readonly Token[]): string | { readonly problem: string } {
  const isSpecial = (token: Token | undefined, text: string) => token?.kind === 'special' && token.text === text;
  const open = mailbox.findIndex((token) => isSpecial(token, '<'));
  const isBare = open < 0;
  if (!isBare && !isSpecial(mailbox.at(-1), '>')) return { problem: 'an address in angle brackets must come last' };
  // A display name is made of words; a dot is in many all the same (RFC 5322 §4.1). An @ there is how people are deceived.
  const name = isBare ? [] : mailbox.slice(0, open);
  if (name.some((token) => token.kind === 'literal' || (token.kind === 'special' && token.text !== '.')))
    return { problem: `the display name ${quote(name)} must be in quotation marks` };
  const address = isBare ? mailbox : mailbox.slice(open + 1, -1);
  const at = address.findIndex((token) => isSpecial(token, '@'));
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (at < 1 || !isDotted(local, ['atom', 'quoted'])) return { problem: `${quote(address)} isn't an email address` };
  if (domain[0]?.kind === 'literal') return { problem: 'an address has an IP address instead of a domain' };
  if (!isDotted(domain, ['atom'])) return { problem: `${quote(address)} isn't an email address` };
  const text = domain.map((token) => token.text).join('');
  // Labels of host names only, but an underscore is seen below real domains.
  if (isAscii(text))
    return /^[A-Za-z0-9._-]+$/.test(text)
      ? text.toLowerCase()
      : { problem: `${quote(address)} isn't an email address` };
  const ascii = toAsciiName(text);
  // What UTS #46 maps beyond case and composition (characters left out, full width) others may read as another name.
  return ascii !== null && toUnicodeName(ascii) === text.toLowerCase().normalize('NFC')
    ? ascii
    : { problem: `${quote(address)} doesn't have a valid domain name` };
}

/** Words with single dots between them. */
function isDotted(tokens: readonly Token[], words: readonly Token['kind'][]): boolean {
  return (
    tokens.length % 2 === 1 &&
    tokens.every((token, index) =>
      index % 2 === 0 ? words.includes(token.kind) : token.kind === 'special' && token.text === '.',
    )
  );
}

function quote(tokens: readonly Token[]): string {
  const text = tokens.map((token) => token.text).join('');
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
