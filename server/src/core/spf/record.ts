import { excerptOf } from '../answers/quote-found.ts';
import type { SpfRecordProblem, SpfTermProblem } from '../judgement/problems.ts';
import { isIp4Address, parseIp6Address } from '../names/ip-address.ts';
import { checkDomainSpec, checkMacroString } from './macro.ts';
import { isMechanismWithEquals, listWrongCharacters, nameAddress, splitGluedTerms } from './slips.ts';

/** What a matching mechanism says: pass, fail, softfail, neutral (RFC 7208 §4.6.2). */
export type SpfQualifier = '+' | '-' | '~' | '?';

/** The mechanisms of RFC 7208 §5. */
type SpfMechanismName = 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists';

/** A mechanism with its qualifier. */
export interface SpfMechanism {
  readonly kind: 'mechanism';
  readonly qualifier: SpfQualifier;
  readonly name: SpfMechanismName;
  /** The domain-spec as written; null where the record's own name is meant, and for `all`, `ip4`, `ip6`. */
  readonly domainSpec: string | null;
  /** `ip4`: as written; `ip6`: the eight groups. */
  readonly address: string | null;
  readonly prefix4: number;
  readonly prefix6: number;
  /** The term as it stands in the record. */
  readonly text: string;
}

/** A modifier (RFC 7208 §6): `redirect`, `exp`, or one that is not known and has no effect. `name` is lower case. */
interface SpfModifier {
  readonly kind: 'modifier';
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

export type SpfTerm = SpfMechanism | SpfModifier;

/** A text read as an SPF record. */
export type ParsedSpfRecord =
  | { readonly ok: true; readonly terms: SpfTerm[] }
  | { readonly ok: false; readonly problem: SpfRecordProblem };

/** The version section of an SPF record (RFC 7208 §4.5). */
export const VERSION = 'v=spf1';
/**
 * Longer records are not read. RFC 7208 §3.4 asks for 450 octets or so, no mail system needs a thousandth of the work that
 * 64 KB of terms would be, and whoever publishes it could have every other domain wait.
 */
const MAX_RECORD_OCTETS = 4_096;
const MODIFIER = /^([a-z][a-z0-9\-_.]*)=(.*)$/is;
const MECHANISM = /^([+\-~?]?)([a-z][a-z0-9]*)(.*)$/is;
const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;

/** Whether a TXT text is selected as an SPF record: its version section is exactly `v=spf1`, ended by a blank or the end (RFC 7208 §4.5). */
export function isSpfRecord(text: string): boolean {
  const end = text[VERSION.length];
  return text.slice(0, VERSION.length).toLowerCase() === VERSION && (end === undefined || end === ' ');
}

/** Whether a record is so long that nothing of it is read. */
export function isTooLongToRead(text: string): boolean {
  return text.length > MAX_RECORD_OCTETS;
}

/**
 * Parses an SPF record by the whole grammar of RFC 7208 (§4.6.1, §5, §6, §7.1). An error anywhere makes the record
 * useless, also behind `all` (§4.6). One of more than 4 KB is refused before it is read.
 * @param text the TXT record, character-strings joined without anything between (§3.3), as latin1
 */
export function parseSpfRecord(text: string): ParsedSpfRecord {
  if (!isSpfRecord(text)) return { ok: false, problem: { what: 'no_spf' } };
  if (isTooLongToRead(text))
    return { ok: false, problem: { what: 'too_long', length: text.length, limit: MAX_RECORD_OCTETS } };
  const terms: SpfTerm[] = [];
  const once = new Set<string>();
  for (const part of splitTerms(text)) {
    const term = parseSpfTerm(part);
    const fail = (problem: SpfTermProblem) =>
      ({ ok: false, problem: { what: 'term', term: excerptOf(part), problem } }) as const;
    if ('problem' in term) return fail(explainProblem(part, term.problem));
    if (term.kind === 'modifier') {
      // Unknown ones may be repeated (RFC 7208 §6), but pyspf, which many receivers run, stops at them all the same.
      if (once.has(term.name))
        return isMechanismWithEquals(part)
          ? fail({ what: 'equals_sign' })
          : { ok: false, problem: { what: 'modifier_twice', name: term.name } };
      once.add(term.name);
    }
    terms.push(term);
  }
  return { ok: true, terms };
}

/** Splits what stands behind the version section; only the blank separates terms (RFC 7208 §4.6.1). */
export function splitTerms(text: string): string[] {
  return text
    .slice(VERSION.length)
    .split(' ')
    .filter((part) => part !== '');
}

/** Tells what somebody did, where that explains more than the rule that the term breaks. */
function explainProblem(text: string, problem: SpfTermProblem): SpfTermProblem {
  const characters = listWrongCharacters(text);
  if (characters.length > 0) return { what: 'odd_characters', characters };
  const [, next] = splitGluedTerms(text);
  if (next !== undefined) return { what: 'no_space_before', next: excerptOf(next) };
  const address = nameAddress(text);
  const name = MECHANISM.exec(text)?.[2]?.toLowerCase();
  if (address === null || address.name === name || 'problem' in parseSpfTerm(address.text)) return problem;
  return problem.what === 'unknown_mechanism'
    ? { ...problem, meant: address.name }
    : { what: 'address_as_host', meant: address.name, ...(name !== undefined && { name }) };
}

/** Parses one term, or tells what is wrong with it. */
export function parseSpfTerm(text: string): SpfTerm | { readonly problem: SpfTermProblem } {
  const modifier = MODIFIER.exec(text);
  if (modifier) return parseModifier(text, modifier[1] ?? '', modifier[2] ?? '');
  const mechanism = MECHANISM.exec(text);
  if (!mechanism) return { problem: { what: 'no_term' } };
  const [, qualifier = '', name = '', rest = ''] = mechanism;
  return parseMechanism(text, (qualifier || '+') as SpfQualifier, name.toLowerCase(), rest);
}

/**
 * Builds a key that is equal for mechanisms that mean the same, whatever their case, a final dot or how an address is
 * written. The qualifier is not a part of it.
 */
export function buildMechanismKey(mechanism: SpfMechanism): string {
  const { name, domainSpec, address, prefix4, prefix6 } = mechanism;
  const target = domainSpec?.toLowerCase().replace(/\.$/, '') ?? address ?? '';
  return `${name}:${target}/${prefix4}//${prefix6}`;
}

function parseModifier(text: string, name: string, value: string): SpfModifier | { problem: SpfTermProblem } {
  const lower = name.toLowerCase();
  const problem = lower === 'redirect' || lower === 'exp' ? checkDomainSpec(value) : checkMacroString(value, true);
  return problem === null ? { kind: 'modifier', name: lower, value, text } : { problem };
}

function parseMechanism(
  text: string,
  qualifier: SpfQualifier,
  name: string,
  rest: string,
): SpfMechanism | { problem: SpfTermProblem } {
  const plain = {
    kind: 'mechanism',
    qualifier,
    domainSpec: null,
    address: null,
    prefix4: 32,
    prefix6: 128,
    text,
  } as const;
  switch (name) {
    case 'all':
      return rest === '' ? { ...plain, name } : { problem: { what: 'after_all' } };
    case 'include':
    case 'exists':
    case 'ptr': {
      if (name === 'ptr' && rest === '') return { ...plain, name };
      if (!rest.startsWith(':')) return { problem: { what: 'needs_domain', name } };
      const domainSpec = rest.slice(1);
      const problem = checkDomainSpec(domainSpec);
      return problem === null ? { ...plain, name, domainSpec } : { problem };
    }
    case 'a':
    case 'mx':
      return parseHostMechanism({ ...plain, name }, rest);
    case 'ip4':
    case 'ip6':
      return parseAddressMechanism({ ...plain, name }, rest);
    default:
      return { problem: { what: 'unknown_mechanism', meant: findMeant(name) } };
  }
}

/** `a` and `mx`: [ ":" domain-spec ] [ "/" ip4-length ] [ "//" ip6-length ] (RFC 7208 §5.3, §5.4). */
function parseHostMechanism(plain: SpfMechanism, rest: string): SpfMechanism | { problem: SpfTermProblem } {
  const lengths = /(?:\/(\d+))?(?:\/\/(\d+))?$/.exec(rest);
  const target = rest.slice(0, lengths?.index ?? rest.length);
  const prefix4 = parsePrefix(lengths?.[1], 32);
  const prefix6 = parsePrefix(lengths?.[2], 128);
  if (prefix4 === null || prefix6 === null) return { problem: { what: 'prefix' } };
  if (target === '') return { ...plain, prefix4, prefix6 };
  if (!target.startsWith(':')) return { problem: { what: 'needs_colon_or_slash', name: plain.name } };
  const domainSpec = target.slice(1);
  const problem = checkDomainSpec(domainSpec);
  return problem === null ? { ...plain, domainSpec, prefix4, prefix6 } : { problem };
}

/** `ip4` and `ip6`: ":" network [ "/" length ] (RFC 7208 §5.6). */
function parseAddressMechanism(plain: SpfMechanism, rest: string): SpfMechanism | { problem: SpfTermProblem } {
  const isIp4 = plain.name === 'ip4';
  if (!rest.startsWith(':')) return { problem: { what: 'needs_address', name: plain.name } };
  const slash = rest.indexOf('/');
  const written = rest.slice(1, slash < 0 ? undefined : slash);
  const address = isIp4 ? (isIp4Address(written) ? written : null) : parseIp6Address(written);
  if (address === null) return { problem: { what: 'no_address', name: plain.name } };
  const prefix = parsePrefix(slash < 0 ? undefined : rest.slice(slash + 1), isIp4 ? 32 : 128);
  if (prefix === null) return { problem: { what: 'prefix' } };
  return isIp4 ? { ...plain, address, prefix4: prefix } : { ...plain, address, prefix6: prefix };
}

/** A length as RFC 7208 §5.3 writes it, without leading zeros; the longest where none is given, null where it is wrong. */
function parsePrefix(text: string | undefined, longest: number): number | null {
  if (text === undefined) return longest;
  return PREFIX_LENGTH.test(text) && Number(text) <= longest ? Number(text) : null;
}

/** What people write for it. */
function findMeant(name: string) {
  if (name === 'ip' || name === 'ipv4') return 'ip4';
  if (name === 'ipv6') return 'ip6';
  return name === 'redirect' || name === 'exp' ? name : null;
}
