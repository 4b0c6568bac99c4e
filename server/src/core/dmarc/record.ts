import { listUnprintable, removeOddCharacters } from '../answers/odd-characters.ts';
import { excerptOf } from '../answers/quote-found.ts';
import type { DmarcProblem } from '../judgement/problems.ts';

/** What a domain asks for mail that fails DMARC (RFC 9989 §4.7, `p=`). */
type DmarcPolicy = 'none' | 'quarantine' | 'reject';

/** A DMARC policy record, as far as it decides whether and which policy applies. */
export interface DmarcRecord {
  readonly policy: DmarcPolicy;
  /** `sp=`: for subdomains; null where `p=` holds for them too. */
  readonly subdomainPolicy: DmarcPolicy | null;
  /** `np=`: for subdomains that do not exist; null where `sp=` or `p=` holds. */
  readonly nonexistentPolicy: DmarcPolicy | null;
  /** `psd=`: whether the name is a public suffix (`y`), is none (`n`), or leaves it open (`u`). */
  readonly psd: 'y' | 'n' | 'u';
  /** `t=y`: receivers are asked not to apply the policy yet. */
  readonly testing: boolean;
  /** `rua=`: where aggregate reports go; empty for nowhere. */
  readonly aggregateReportUris: readonly string[];
  /** What stands in `rua=` and is no address that reports can go to. */
  readonly brokenReportUris: readonly string[];
  /** Addresses that a semicolon parts from `rua=`: it ends there. */
  readonly partedReportUris: readonly string[];
  /** Tags that receivers do not see; null where there are none. */
  readonly ignored: IgnoredTags | null;
  /** Why receivers apply `p=none` whatever the record asks for (§4.10.1); null where they apply what it says. */
  readonly fault: DmarcProblem | null;
}

interface IgnoredTags {
  readonly tags: readonly string[];
  /** What stands among their characters. */
  readonly problem: DmarcProblem;
}

/** `psd` is told of a broken record too, since it steers the tree walk. */
export type ParsedDmarcRecord =
  | { readonly ok: true; readonly record: DmarcRecord }
  | { readonly ok: false; readonly problem: DmarcProblem; readonly psd: DmarcRecord['psd'] };

/** The tags of the registry; `pct`, `rf` and `ri` are historic (RFC 9989 §9.4) and ignored, as is what is not known. */
const DECIDING_TAGS = new Set(['v', 'p', 'sp', 'np', 't', 'psd', 'adkim', 'aspf', 'rua', 'ruf', 'fo']);
// dmarc-version of RFC 9989 §4.8: the value is case-sensitive and "v" must be the first tag, without anything before it.
const VERSION = /^v[ \t]*=[ \t]*DMARC1[ \t]*$/;
const VERSION_UPPER = /^V[ \t]*=[ \t]*DMARC1[ \t]*$/;

/** Whether a TXT text counts as a DMARC record at all; the others are discarded unread (RFC 9989 §4.7, §4.10 step 2). */
export function isDmarcRecord(text: string): boolean {
  const first = text.split(';', 1)[0] ?? '';
  return VERSION.test(first) || VERSION_UPPER.test(first);
}

/** Whether a text was meant as a DMARC record, valid or not. */
export function isMeantAsDmarcRecord(text: string): boolean {
  const meant = repair(text);
  return /^v\s*=\s*dmarc/i.test(meant) || /dmarc1/i.test(meant) || /^p\s*=\s*(?:none|quar|rej)/i.test(meant);
}

/**
 * Parses a DMARC policy record (RFC 9989 §4.7, §4.8). Unknown tags and wrong values of optional tags are ignored, as
 * receivers must. `p=` has to be there and to be right, and so have `sp=` and `np=` where they are there: otherwise
 * receivers apply `p=none` where `rua=` has a usable address, and no DMARC at all where it has none (§4.10.1).
 * @param text the TXT record, character-strings joined, as latin1
 */
export function parseDmarcRecord(text: string): ParsedDmarcRecord {
  if (!isDmarcRecord(text)) return { ok: false, problem: findVersionProblem(text), psd: 'u' };
  const { tags, twice, partedReportUris, ignored } = readTags(text);
  const psd = parsePsd(tags.get('psd'));
  // RFC 9989 §4.7 takes the tag list from RFC 6376 §3.2: a tag that is there twice makes the whole list invalid.
  if (twice !== null) return { ok: false, problem: { what: 'tag_twice', tag: twice }, psd };
  const uris = splitUris(tags.get('rua'));
  const aggregateReportUris = uris.filter(isReportUri);
  const fault = findFault(tags, ignored);
  if (fault !== null && aggregateReportUris.length === 0) return { ok: false, problem: fault, psd };
  const policyOf = (name: string) => (fault === null ? parsePolicy(tags.get(name)) : null);
  return {
    ok: true,
    record: {
      policy: policyOf('p') ?? 'none',
      subdomainPolicy: policyOf('sp'),
      nonexistentPolicy: policyOf('np'),
      psd,
      testing: tags.get('t')?.toLowerCase() === 'y',
      aggregateReportUris,
      brokenReportUris: uris.filter((uri) => !isReportUri(uri)),
      partedReportUris,
      ignored,
      fault,
    },
  };
}

/** The tags behind the version, as receivers see them, and what they do not see though it was meant. */
function readTags(text: string) {
  const tags = new Map<string, string>();
  let twice: string | null = null;
  let last = 'v';
  const partedReportUris: string[] = [];
  const unseen: { readonly tag: string; readonly part: string }[] = [];
  for (const part of text.split(';').slice(1)) {
    const name = readTagName(part);
    if (DECIDING_TAGS.has(name)) {
      if (tags.has(name) || name === 'v') twice ??= name;
      else tags.set(name, trimWsp(part.slice(part.indexOf('=') + 1)));
      last = name;
    } else if (last === 'rua' && /^(?:mailto:|[^=]*@)/i.test(trimWsp(part))) {
      partedReportUris.push(trimWsp(part));
    } else if (DECIDING_TAGS.has(readTagName(repair(part)))) {
      unseen.push({ tag: readTagName(repair(part)), part });
    }
  }
  const lost = unseen.filter(({ tag }) => !tags.has(tag) && tag !== 'v');
  const ignored = lost.length === 0 ? null : describeIgnored(lost);
  return { tags, twice, partedReportUris, ignored };
}

function describeIgnored(lost: readonly { readonly tag: string; readonly part: string }[]): IgnoredTags {
  const characters = listUnprintable(lost.map(({ part }) => part).join(''));
  const problem: DmarcProblem = characters.length > 0 ? { what: 'odd_characters', characters } : { what: 'quoted' };
  return { tags: [...new Set(lost.map(({ tag }) => tag))], problem };
}

/** What stands before the `=`, in lower case; empty where there is none. */
function readTagName(part: string): string {
  return trimWsp(part.slice(0, Math.max(0, part.indexOf('=')))).toLowerCase();
}

/** Takes back what was not meant: line breaks, invisible and typographic characters, quotation marks around it. */
function repair(text: string): string {
  return removeOddCharacters(text)
    .replace(/[\r\n]/g, '')
    .replace(/^[\s"']+/, '')
    .replace(/["']$/, '')
    .trim();
}

/**
 * Finds the host that reports go to by a URI: `mailto:` is what receivers must support (RFC 9990), and a URI has no blanks
 * (RFC 3986). Behind `!` there may be a size limit. Null where it is no such URI.
 */
export function findReportHost(uri: string): string | null {
  const [, host] =
    /^mailto:[^@\s,]+@([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\.?(?:![0-9]+[kmgt]?)?(?:\?[\x21-\x7e]*)?$/i.exec(uri) ?? [];
  return host?.toLowerCase() ?? null;
}

function isReportUri(uri: string): boolean {
  return findReportHost(uri) !== null;
}

function splitUris(rua: string | undefined): string[] {
  return (rua ?? '')
    .split(',')
    .map(trimWsp)
    .filter((uri) => uri !== '');
}

/** What keeps `p=`, `sp=` or `np=` from being applied; null where nothing does. */
function findFault(tags: ReadonlyMap<string, string>, ignored: IgnoredTags | null): DmarcProblem | null {
  for (const tag of ['p', 'sp', 'np'] as const) {
    const value = tags.get(tag);
    if (value === undefined ? tag !== 'p' : parsePolicy(value) !== null) continue;
    if (value === undefined) return ignored?.tags.includes('p') ? ignored.problem : { what: 'no_policy' };
    const characters = listUnprintable(value);
    const isMeant = characters.length > 0 && parsePolicy(repair(value).split(';', 1)[0]?.trim()) !== null;
    return isMeant ? { what: 'odd_characters', characters } : { what: 'policy', tag, found: excerptOf(value) };
  }
  return null;
}

/** WSP is the space and the tab, and nothing else (RFC 5234 appendix B.1): `String.trim` takes more. */
function trimWsp(text: string): string {
  let start = 0;
  let end = text.length;
  const isWsp = (at: number) => text[at] === ' ' || text[at] === '\t';
  while (start < end && isWsp(start)) start++;
  while (end > start && isWsp(end - 1)) end--;
  return text.slice(start, end);
}

// Values are quoted strings of the ABNF, so their case does not matter (RFC 5234 §2.3).
function parsePolicy(value: string | undefined): DmarcPolicy | null {
  const lower = value?.toLowerCase();
  return lower === 'none' || lower === 'quarantine' || lower === 'reject' ? lower : null;
}

function parsePsd(value: string | undefined): DmarcRecord['psd'] {
  const lower = value?.toLowerCase();
  return lower === 'y' || lower === 'n' ? lower : 'u';
}

function findVersionProblem(text: string): DmarcProblem {
  if (/^v\s*=\s*DMARC1\s+[^\s;]/.test(text)) return { what: 'semicolon_missing' };
  const characters = listUnprintable(text.split(';', 1)[0] ?? '');
  if (characters.length > 0) return { what: 'odd_characters', characters };
  if (/^\s*["']/.test(text)) return { what: 'quoted' };
  if (/^\s/.test(text)) return { what: 'space_before' };
  if (/^v\s*=\s*DMARC1\s*\\/i.test(text)) return { what: 'backslashes' };
  if (/^v\s*=/i.test(text)) return { what: 'version' };
  const at = text.search(/v\s*=\s*DMARC1\s*;/);
  const before = text.slice(0, Math.max(0, at));
  // A tag list in another order is no text in front.
  return before === '' || before.includes('=')
    ? { what: 'no_version' }
    : { what: 'text_before', text: excerptOf(before) };
}
