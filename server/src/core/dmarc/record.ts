import { excerptOf } from '../answers/quote-found.ts';
import type { DmarcProblem } from '../judgement/problems.ts';

/** What a domain asks for mail that fails DMARC (RFC 9989 §4.7, `p=`). */
type DmarcPolicy = 'none' | 'quarantine' | 'reject';

/** A DMARC policy record, as far as it decides whether and which policy applies. */
interface DmarcRecord {
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
  return (
    /^[\s"']*v\s*=[\s"']*dmarc/i.test(text) || /dmarc1/i.test(text) || /^[\s"']*p\s*=\s*(?:none|quar|rej)/i.test(text)
  );
}

/**
 * Parses a DMARC policy record (RFC 9989 §4.7, §4.8). Unknown tags and wrong values of optional tags are ignored, as
 * receivers must. `p=` has to be there and to be right, and so have `sp=` and `np=` where they are there: otherwise
 * receivers fall back to `p=none` or to no DMARC at all (§4.10.1), which is not what the owner asked for.
 * @param text the TXT record, character-strings joined, as latin1
 */
export function parseDmarcRecord(text: string): ParsedDmarcRecord {
  if (!isDmarcRecord(text)) return { ok: false, problem: { what: findVersionProblem(text) }, psd: 'u' };
  const tags = new Map<string, string>();
  let twice: string | null = null;
  for (const part of text.split(';').slice(1)) {
    const equals = part.indexOf('=');
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    if (!DECIDING_TAGS.has(name)) continue;
    if (tags.has(name) || name === 'v') twice ??= name;
    else tags.set(name, part.slice(equals + 1).trim());
  }
  const psd = parsePsd(tags.get('psd'));
  // RFC 9989 §4.7 takes the tag list from RFC 6376 §3.2: a tag that is there twice makes the whole list invalid.
  if (twice !== null) return { ok: false, problem: { what: 'tag_twice', tag: twice }, psd };
  const p = tags.get('p');
  if (p === undefined) return { ok: false, problem: { what: 'no_policy' }, psd };
  const policies: (DmarcPolicy | null)[] = [];
  for (const name of ['p', 'sp', 'np'] as const) {
    const value = tags.get(name);
    const policy = value === undefined ? null : parsePolicy(value);
    if (policy === null && value !== undefined)
      return { ok: false, problem: { what: 'policy', tag: name, found: excerptOf(value) }, psd };
    policies.push(policy);
  }
  const [policy, subdomainPolicy = null, nonexistentPolicy = null] = policies;
  return {
    ok: true,
    record: {
      policy: policy ?? 'none',
      subdomainPolicy,
      nonexistentPolicy,
      psd,
      testing: tags.get('t')?.toLowerCase() === 'y',
      aggregateReportUris: (tags.get('rua') ?? '')
        .split(',')
        .map((uri) => uri.trim())
        .filter((uri) => uri !== ''),
    },
  };
}

// Values are quoted strings of the ABNF, so their case does not matter (RFC 5234 §2.3).
function parsePolicy(value: string): DmarcPolicy | null {
  const lower = value.toLowerCase();
  return lower === 'none' || lower === 'quarantine' || lower === 'reject' ? lower : null;
}

function parsePsd(value: string | undefined): DmarcRecord['psd'] {
  const lower = value?.toLowerCase();
  return lower === 'y' || lower === 'n' ? lower : 'u';
}

function findVersionProblem(text: string) {
  if (/^\s*["']/.test(text)) return 'quoted';
  if (/^\s/.test(text)) return 'space_before';
  if (/^v\s*=\s*DMARC1\s*\\/i.test(text)) return 'backslashes';
  if (/^v\s*=\s*DMARC1\s+[^;]/.test(text)) return 'semicolon_missing';
  return /^v\s*=/i.test(text) ? 'version' : 'no_version';
}
