/*
 * What DNS said, as values that every other room of `core` shares. `dns/` returns them and never words anything;
 * `failure.ts` says what went wrong and at which step, and `failure-words.ts` is the only place that turns that
 * into a sentence. Text found in DNS is hostile: it is quoted through `quote-found.ts` and `presentation.ts`, and
 * `same-text.ts` says when two texts mean the same. No rule of any protocol belongs here.
 */

import type { Failure, FailureReason } from './failure.ts';

/**
 * What DNS said, as a value. `absent` (the server that holds the zone says there is nothing) and `failed` (we could not
 * ask, or the answer cannot be used) are different types on purpose: only the first may ever count against a domain.
 */

/** The record types this service asks for. SPF is type 99 (RFC 4408 §3.1.1, obsolete): some panels still offer it, and no receiver reads it. */
export type QuestionType = 'TXT' | 'SPF' | 'MX' | 'A' | 'AAAA' | 'CNAME' | 'NS' | 'SOA';

/** One question of a check. `name` is lower case, without the final dot. */
export interface Question {
  readonly name: string;
  readonly type: QuestionType;
  /** `every`: each authoritative server is asked, because the answer decides. `any`: one answer is enough (an SPF include, a policy of a parent). */
  readonly servers: 'every' | 'any';
  /**
   * Whether a "no" would count against the domain. In a signed zone it must then be validated for as a "yes" always must; else
   * the validating resolver is not asked for a name that is not there, since it would remember the "no" after publishing.
   */
  readonly validateAbsence?: boolean;
}

/** TXT, or the obsolete type SPF: one entry for each character-string (RFC 1035 §3.3.14), as octets in a latin1 string, so that nothing is lost or re-encoded. */
export interface TxtRecord<T extends 'TXT' | 'SPF' = 'TXT' | 'SPF'> {
  readonly type: T;
  readonly strings: readonly string[];
}

/** MX (RFC 1035 §3.3.9). `exchange` is lower case, without the final dot; the root (a null MX, RFC 7505) is the empty string. */
export interface MxRecord {
  readonly type: 'MX';
  readonly preference: number;
  readonly exchange: string;
}

/** A or AAAA. */
export interface AddressRecord<T extends 'A' | 'AAAA' = 'A' | 'AAAA'> {
  readonly type: T;
  readonly address: string;
}

/** NS or CNAME: a record that names another name, lower case, without the final dot. */
export interface TargetRecord<T extends 'NS' | 'CNAME' = 'NS' | 'CNAME'> {
  readonly type: T;
  readonly target: string;
}

/** SOA (RFC 1035 §3.3.13), as far as we need it. */
export interface SoaRecord {
  readonly type: 'SOA';
  readonly primary: string;
  readonly serial: number;
  readonly minimumSeconds: number;
}

export type DnsRecord =
  | TxtRecord<'TXT'>
  | TxtRecord<'SPF'>
  | MxRecord
  | AddressRecord<'A'>
  | AddressRecord<'AAAA'>
  | TargetRecord<'NS'>
  | TargetRecord<'CNAME'>
  | SoaRecord;

/** Who gave the answer. `recursive` answers come from a cache and are told apart in the evidence. */
export interface AnswerSource {
  /** The server's host name, or its address where no name is known. */
  readonly server: string;
  readonly address: string;
  readonly via: 'authoritative' | 'recursive';
  readonly rttMs: number;
}

export interface Found {
  readonly outcome: 'found';
  readonly records: readonly DnsRecord[];
  readonly ttlSeconds: number;
  readonly source: AnswerSource;
}

export interface Absent {
  readonly outcome: 'absent';
  readonly reason: 'nxdomain' | 'nodata';
  /** How long a resolver may remember this "no": min(SOA TTL, SOA minimum), RFC 2308 §5. */
  readonly negativeTtlSeconds: number;
  readonly source: AnswerSource;
}

/** Why there is no answer (`kind` with its facts, and the step at which it happened), and whose fault it seems to be. */
export type Failed = Failure & {
  readonly outcome: 'failed';
  readonly reason: FailureReason;
  readonly source: AnswerSource;
};

export type Answer = Found | Absent | Failed;

/** A name server of a zone, with the addresses at which it may be asked. */
export interface Nameserver {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** Whether a zone is signed, as the validating resolvers say; `unknown` where none of the resolvers validates. */
export type DnssecStatus = 'signed' | 'unsigned' | 'bogus' | 'unknown';

/** What is wrong with a zone whose records can be found all the same. */
export type ZoneOddity =
  /** Its servers answer for its records, but not for the SOA and NS records that every zone has. */
  | { readonly kind: 'no_soa' }
  /** Its own NS records name servers that do not hold it: `outdated` are those to which it is not delegated. */
  | { readonly kind: 'outdated_ns'; readonly outdated: readonly string[]; readonly delegated: readonly string[] };

/** The zone that holds a name. */
export interface ZoneOfName {
  readonly name: string;
  readonly nameservers: readonly Nameserver[];
  readonly dnssec: DnssecStatus;
  readonly oddity?: ZoneOddity;
  /** The servers that the zone above names, where that was asked; it need not be, as long as those that the zone names do answer. */
  readonly delegatedTo?: readonly string[];
}

/** All that was learned for one question. */
export interface LookupResult {
  readonly question: Question;
  /** The names that CNAMEs led through, in order, without the name that was asked. */
  readonly aliases: readonly string[];
  /** The zone that really holds the (last) name; absent in recursive mode and where it could not be found. */
  readonly zone: ZoneOfName | undefined;
  /** The zone of the name that was asked, where CNAMEs led out of it to another name. */
  readonly askedZone?: ZoneOfName | undefined;
  /** One for each server asked; never empty (what went wrong before any server could be asked is one `failed`). */
  readonly answers: readonly Answer[];
}

/** The look-ups made so far, by `questionKey`. */
export type Lookups = ReadonlyMap<string, LookupResult>;

/** The key of a question in `Lookups`. */
export function questionKey(question: Pick<Question, 'name' | 'type'>): string {
  return `${question.type} ${question.name}`;
}

/** The first answer that is not `failed`, or else the first failure: for questions where one answer is enough. */
export function firstAnswer(result: LookupResult): Answer {
  const usable = result.answers.find((answer) => answer.outcome !== 'failed') ?? result.answers[0];
  if (!usable) throw new Error(`A look-up of ${questionKey(result.question)} came back without any answer.`);
  return usable;
}

/**
 * The zone of the name that was asked, where one of its servers answered: an alias is an answer, whatever is behind it. How far
 * a search came that failed is none.
 */
export function findAnsweringZone(result: LookupResult): ZoneOfName | undefined {
  if (result.askedZone) return result.askedZone;
  return firstAnswer(result).outcome === 'failed' ? undefined : result.zone;
}

/** The records of one type in an answer; empty for `absent`, null for `failed`, so that the two cannot be mixed up. */
export function recordsOfType<T extends DnsRecord['type']>(
  answer: Answer,
  type: T,
): Extract<DnsRecord, { type: T }>[] | null {
  if (answer.outcome === 'failed') return null;
  if (answer.outcome === 'absent') return [];
  return answer.records.filter((record): record is Extract<DnsRecord, { type: T }> => record.type === type);
}

/** The text of a TXT record: its character-strings joined without anything between (RFC 7208 §3.3, RFC 6376 §3.6.2.2). */
export function joinTxt(record: TxtRecord): string {
  const [only = ''] = record.strings;
  if (record.strings.length < 2) return only;
  const known = joined.get(record);
  if (known !== undefined) return known;
  const text = record.strings.join('');
  joined.set(record, text);
  return text;
}

/** Rules and explanations join the strings of a record again and again, and one may have hundreds. */
const joined = new WeakMap<TxtRecord, string>();

/** Names of a loop of CNAMEs that are kept. */
const MAX_CHAIN = 6;
/** Extended errors of one answer that are kept. */
const MAX_ERRORS = 2;

/** Takes a failure without whose it is, bounded whatever a server sent: fit to be stored. */
export function failureOf(failed: Failed): Failure {
  const { outcome: _outcome, reason: _reason, source: _source, ...failure } = failed;
  if (failure.kind === 'cname_loop') return { ...failure, chain: failure.chain.slice(0, MAX_CHAIN) };
  // What is told of them is in the facts of a finding.
  if (failure.kind === 'cname_beside_others') return { ...failure, targets: failure.targets.slice(0, 1), others: [] };
  if (failure.kind !== 'error_code' && failure.kind !== 'zone_expired') return failure;
  const { extendedErrors = [] } = failure;
  return { ...failure, ...(extendedErrors.length > 0 && { extendedErrors: extendedErrors.slice(0, MAX_ERRORS) }) };
}
