/**
 * Why DNS gave no answer that can be used, as facts. `dns/` says what happened and makes no sentences; `describeFailure`
 * words it when somebody reads it.
 */

/** How a failure is classed. None of these ever changes a verdict. */
export type FailureReason = 'timeout' | 'servfail' | 'refused' | 'lame' | 'network' | 'malformed';

/** What an error of DNS says about itself (RFC 8914 §2). `text` is the server's own, and short. */
export interface ExtendedError {
  readonly code: number;
  readonly text?: string;
}

/** The mnemonic of a response code (RFC 6895 §2.3), or its number where it has none here. */
export type ResponseCode = 'FORMERR' | 'SERVFAIL' | 'NOTIMP' | 'REFUSED' | 'NOTAUTH' | 'BADVERS' | number;

/** What happened, and the facts that go with it. */
export type Fault =
  // Nobody was asked.
  /** The address did not answer the last questions and is left alone for a while. */
  | { readonly kind: 'backing_off' }
  /** The same was asked in vain a moment ago. */
  | { readonly kind: 'asked_in_vain' }
  /** The time of the check ran out. */
  | { readonly kind: 'out_of_time' }
  /** The check has used all the questions it may put. */
  | { readonly kind: 'out_of_questions'; readonly limit: number }
  /** No name that DNS can carry. */
  | { readonly kind: 'not_a_name' }
  | { readonly kind: 'no_socket' }
  | { readonly kind: 'no_resolver' }
  /** None of the server's addresses is a public one. */
  | { readonly kind: 'not_public' }
  /** The server's name has no address. */
  | { readonly kind: 'no_address' }
  /** The zone has no name servers, or none whose name has an address. */
  | { readonly kind: 'no_nameservers'; readonly zone: string }
  /** More delegations below each other than are followed. */
  | { readonly kind: 'deep_delegations'; readonly limit: number }
  // Nothing came back.
  | { readonly kind: 'silent'; readonly transport: Transport }
  /** The system could not send or connect; `error` is its code, such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly transport: Transport; readonly error: string }
  /** The TCP connection ended before the answer did; `isCut`: some of it had come. */
  | { readonly kind: 'closed'; readonly isCut: boolean }
  // What came back is no answer.
  | { readonly kind: 'error_code'; readonly rcode: ResponseCode; readonly extendedErrors?: readonly ExtendedError[] }
  /** The server is set up for the zone and has no data for it (RFC 8914 §4.25, "Invalid Data"): mostly a copy that expired. */
  | { readonly kind: 'zone_expired'; readonly rcode: ResponseCode; readonly extendedErrors: readonly ExtendedError[] }
  /** The server does not hold the zone: it sends on to another one, or does not say that it may speak for this one (no AA). */
  | { readonly kind: 'not_authoritative'; readonly refersTo?: string }
  /** The server answers the question, and does not say that it may speak for the zone (no AA). */
  | { readonly kind: 'answered_without_authority' }
  /** The server speaks for another zone than the one it was asked as a server of. */
  | { readonly kind: 'speaks_for_other'; readonly zone: string; readonly expected: string }
  /** A resolver that does not look up names for us. */
  | { readonly kind: 'no_recursion' }
  /** Nothing on the way up, the root included, has a SOA record for this resolver. */
  | { readonly kind: 'no_soa' }
  /** A resolver knows of no record, and no server that holds the zone could be asked. */
  | { readonly kind: 'only_remembered' }
  // What came back cannot be read, or contradicts itself.
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'too_many_records'; readonly count: number; readonly limit: number }
  | { readonly kind: 'too_much_text'; readonly octets: number; readonly limit: number }
  /** All answers of the check together are more than is kept. */
  | { readonly kind: 'too_much_kept'; readonly limit: number }
  | { readonly kind: 'truncated_over_tcp' }
  | { readonly kind: 'other_question' }
  /** The answer has records of this name instead. */
  | { readonly kind: 'other_name'; readonly name: string }
  /** The "no" comes from this zone, which does not hold the name. */
  | { readonly kind: 'other_zone'; readonly zone: string }
  /** A CNAME and other records at one name, or several CNAMEs (RFC 1034 §3.6.2 forbids both). `others`: the data of those that were asked for. */
  | { readonly kind: 'cname_beside_others'; readonly targets: readonly string[]; readonly others: readonly string[] }
  | { readonly kind: 'nxdomain_with_records' }
  /** A CNAME where none can be followed. */
  | { readonly kind: 'alias'; readonly target: string }
  /** Servers show different CNAMEs, more than are followed. */
  | { readonly kind: 'too_many_aliases' }
  /** CNAMEs lead back to a name they started from. */
  | { readonly kind: 'cname_loop'; readonly chain: readonly string[] }
  /** CNAMEs lead on through more names than are followed. */
  | { readonly kind: 'cname_chain'; readonly limit: number }
  // DNSSEC.
  /** A validating resolver refuses the name or its zone, and without validation it has an answer (RFC 4035 §5.5). */
  | { readonly kind: 'dnssec_bogus' }
  /** The zone is signed, and the validating resolver knows another answer than the servers gave, and may remember it for so long. */
  | { readonly kind: 'dnssec_unvalidated'; readonly outdatedSeconds: number }
  /** The zone is signed, and the resolver does not validate. */
  | { readonly kind: 'not_validating' };

type Transport = 'udp' | 'tcp';

/** Which question of a look-up failed: the one for the record itself, or one on the way to it. */
export type FailureStep =
  | { readonly at: 'record' }
  /** Which zone holds the name. The root is the empty name. */
  | { readonly at: 'zone'; readonly name: string }
  /** Who serves the zone. */
  | { readonly at: 'nameservers'; readonly zone: string }
  /** The address of the name server. */
  | { readonly at: 'address' }
  /** Whether what the server said of a signed zone is right. */
  | { readonly at: 'validation'; readonly server: string };

/** A failure without who caused it: small, and fit to be stored. */
export type Failure = Fault & { readonly step: FailureStep };

/** The step of a question for the record itself. */
export const AT_RECORD: FailureStep = { at: 'record' };

/** The class that a fault belongs to. */
export function classifyFault(fault: Fault): FailureReason {
  switch (fault.kind) {
    case 'backing_off':
    case 'asked_in_vain':
    case 'out_of_time':
    case 'out_of_questions':
    case 'silent':
      return 'timeout';
    case 'error_code':
      return fault.rcode === 'REFUSED' || fault.rcode === 'NOTAUTH' ? 'refused' : 'servfail';
    case 'zone_expired':
    case 'dnssec_bogus':
      return 'servfail';
    case 'not_authoritative':
    case 'answered_without_authority':
    case 'speaks_for_other':
    case 'no_recursion':
      return 'lame';
    case 'closed':
      return fault.isCut ? 'malformed' : 'network';
    case 'no_socket':
    case 'no_resolver':
    case 'not_public':
    case 'no_address':
    case 'no_nameservers':
    case 'deep_delegations':
    case 'unreachable':
    case 'no_soa':
    case 'only_remembered':
    case 'dnssec_unvalidated':
    case 'not_validating':
      return 'network';
    case 'not_a_name':
    case 'unreadable':
    case 'too_many_records':
    case 'too_much_text':
    case 'too_much_kept':
    case 'truncated_over_tcp':
    case 'other_question':
    case 'other_name':
    case 'other_zone':
    case 'cname_beside_others':
    case 'nxdomain_with_records':
    case 'alias':
    case 'too_many_aliases':
    case 'cname_loop':
    case 'cname_chain':
      return 'malformed';
  }
}

/** What a failure shows all the same, where that can be told for certain of the record's name or its zone. It explains; it never counts. */
export type FailureCause = Extract<
  Fault['kind'],
  | 'cname_loop'
  | 'cname_chain'
  | 'dnssec_bogus'
  | 'dnssec_unvalidated'
  | 'zone_expired'
  | 'no_nameservers'
  | 'not_public'
>;

const CAUSES: ReadonlySet<string> = new Set<FailureCause>([
  'cname_loop',
  'cname_chain',
  'dnssec_bogus',
  'dnssec_unvalidated',
  'zone_expired',
  'no_nameservers',
  'not_public',
]);

/** The cause that a failure shows; null where it shows none, or one of another name, such as that of a name server. */
export function findCause({ kind, step }: Failure): FailureCause | null {
  const isOfRecord = step.at === 'record' || step.at === 'zone';
  return isOfRecord && isCause(kind) ? kind : null;
}

function isCause(kind: Fault['kind']): kind is FailureCause {
  return CAUSES.has(kind);
}

/** What is wrong with a name server that never goes away automatically, and may not keep resolvers from the record. */
export type ServerFault = 'answered_without_authority' | 'nameserver_without_tcp' | 'nameserver_not_public';

/** The lasting fault of a name server that a failure shows; null where it shows none, or was on the way to another name. */
export function findServerFault(failure: Failure): ServerFault | null {
  if (failure.step.at !== 'record' && failure.step.at !== 'zone') return null;
  switch (failure.kind) {
    case 'answered_without_authority':
      return 'answered_without_authority';
    case 'not_public':
      return 'nameserver_not_public';
    case 'closed':
      return 'nameserver_without_tcp';
    case 'silent':
    case 'unreachable':
      return failure.transport === 'tcp' ? 'nameserver_without_tcp' : null;
    default:
      return null;
  }
}
