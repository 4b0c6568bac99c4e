/**
 * What DNS said, as a value. `absent` (the server that holds the zone says there is nothing) and `failed` (we could not
 * ask, or the answer cannot be used) are different types on purpose: only the first may ever count against a domain.
 */

/** The record types this service asks for. */
export type QuestionType = 'TXT' | 'MX' | 'A' | 'AAAA' | 'CNAME' | 'NS' | 'SOA';

/** One question of a check. `name` is lower case, without the final dot. */
export interface Question {
  readonly name: string;
  readonly type: QuestionType;
  /** `every`: each authoritative server is asked, because the answer decides. `any`: one answer is enough (an SPF include, a policy of a parent). */
  readonly servers: 'every' | 'any';
}

/** TXT: one entry for each character-string (RFC 1035 §3.3.14), as octets in a latin1 string, so that nothing is lost or re-encoded. */
export interface TxtRecord {
  readonly type: 'TXT';
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
  | TxtRecord
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

/** Why a server's answer cannot be used. None of these ever changes a verdict. */
export type FailureReason = 'timeout' | 'servfail' | 'refused' | 'lame' | 'network' | 'malformed';

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

export interface Failed {
  readonly outcome: 'failed';
  readonly reason: FailureReason;
  /** One sentence for the evidence, such as "answered for another name". */
  readonly detail: string;
  readonly source: AnswerSource;
}

export type Answer = Found | Absent | Failed;

/** All that was learned for one question. */
export interface LookupResult {
  readonly question: Question;
  /** The names that CNAMEs led through, in order, without the name that was asked. */
  readonly aliases: readonly string[];
  /** The zone that really holds the (last) name; absent in recursive mode and where it could not be found. */
  readonly zone: { readonly name: string; readonly nameservers: readonly string[] } | undefined;
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
  return record.strings.join('');
}
