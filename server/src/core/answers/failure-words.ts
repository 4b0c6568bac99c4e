import type { AnswerSource } from './dns-answer.ts';
import type { ExtendedError, Failure, FailureStep, Fault, ResponseCode } from './failure.ts';
import { quoteFound } from './quote-found.ts';

/**
 * Words a failure as what a server did, to be put behind the server's name: "did not answer in time". Resolvers are named
 * by their role and private addresses not at all: the addresses are nobody's business but the operator's.
 */
export function describeFailure(failure: Failure): string {
  return describeStep(failure.step, describeFault(failure));
}

/** The name of the server behind an answer; a resolver of ours by its role. */
export function nameServer({ server, via }: Pick<AnswerSource, 'server' | 'via'>): string {
  return via === 'recursive' ? 'our DNS resolver' : server;
}

function describeSource({ server, address, via }: Omit<AnswerSource, 'rttMs'>): string {
  if (via === 'recursive') return 'Our DNS resolver';
  const where = address === '' || address === server ? '' : ` (${address})`;
  return `\`${server}\`${where}`;
}

/** Words a failure and whose it is as one sentence, such as "`ns1.example.com` (192.0.2.1) did not answer in time." */
export function describeFailureOf(source: Omit<AnswerSource, 'rttMs'>, failure: Failure): string {
  return `${describeSource(source)} ${describeFailure(failure)}.`;
}

function describeStep(step: FailureStep, what: string): string {
  switch (step.at) {
    case 'record':
      return what;
    case 'zone':
      return `could not tell which zone holds ${showName(step.name)}: it ${what}`;
    case 'nameservers':
      return `could not name the name servers of ${showName(step.zone)}: it ${what}`;
    case 'address':
      return `was not asked, because its address is not known: our DNS resolver ${what}`;
    case 'validation':
      return `could not validate what ${showName(step.server)} said of a signed zone: it ${what}`;
  }
}

function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'backing_off':
      return 'was not asked, because it did not answer our last questions';
    case 'asked_in_vain':
      return 'gave no answer a moment ago, and was not asked again so soon';
    case 'out_of_time':
      return 'did not answer before this check ran out of time';
    case 'out_of_questions':
      return `was not asked, because this check has used all its ${fault.limit} questions`;
    case 'not_a_name':
      return 'was not asked, because DNS cannot carry this name';
    case 'no_socket':
      return 'could not be asked, because no socket could be opened';
    case 'no_resolver':
      return 'is missing: no resolver is configured';
    case 'not_public':
      return 'was not asked, because its address is private';
    case 'no_address':
      return 'was not asked, because its name has no address';
    case 'no_nameservers':
      return `was not asked, because ${showName(fault.zone)} has no name servers that can be reached`;
    case 'deep_delegations':
      return `was not asked, because more than ${fault.limit} delegations follow each other`;
    case 'silent':
      return fault.transport === 'tcp' ? 'did not answer over TCP in time' : 'did not answer in time';
    case 'unreachable':
      return `could not be reached${fault.transport === 'tcp' ? ' over TCP' : ''} (${fault.error})`;
    case 'closed':
      return fault.isCut
        ? 'closed the TCP connection in the middle of its answer'
        : 'closed the TCP connection without an answer';
    case 'error_code':
      return describeError(fault.rcode, fault.extendedErrors ?? []);
    case 'zone_expired':
      return 'says that it has no valid copy of your records';
    case 'not_authoritative':
      return fault.refersTo === undefined
        ? 'does not hold this zone: its answer is not marked as authoritative'
        : `does not hold this zone: it refers to the name servers of ${showName(fault.refersTo)}`;
    case 'answered_without_authority':
      return 'answered, but did not mark its answer as authoritative';
    case 'speaks_for_other':
      return `answers for the zone ${showName(fault.zone)} and not for ${showName(fault.expected)}`;
    case 'no_recursion':
      return 'does not look up names for us (it offers no recursion)';
    case 'no_soa':
      return 'answers no SOA questions';
    case 'only_remembered':
      return 'found no record, but the domain’s own name servers could not be asked';
    case 'unreadable':
      return 'sent an answer that cannot be read';
    case 'too_many_records':
      return `sent ${fault.count} records, and no more than ${fault.limit} are read`;
    case 'too_much_text':
      return `sent ${fault.octets} octets of text, and no more than ${fault.limit} are read`;
    case 'too_much_kept':
      return `sent more than the ${fault.limit} octets that one check keeps of all answers`;
    case 'truncated_over_tcp':
      return 'sent an answer over TCP that is cut off';
    case 'other_question':
      return 'answered another question than ours';
    case 'other_name':
      return `answered for another name (${showName(fault.name)})`;
    case 'other_zone':
      return `answered for another zone (${showName(fault.zone)})`;
    case 'cname_beside_others':
      return 'has a CNAME and other records at the same name, which is not allowed';
    case 'nxdomain_with_records':
      return 'sent records and said that their name does not exist';
    case 'alias':
      return `sent a CNAME to ${showName(fault.target)} instead of an answer`;
    case 'too_many_aliases':
      return 'has a CNAME that leads elsewhere than those of the other servers do';
    case 'cname_loop':
      return `leads into a loop of CNAMEs: ${describeChain(fault.chain)}`;
    case 'cname_chain':
      return `leads through more than ${fault.limit} CNAMEs`;
    case 'dnssec_bogus':
      return 'has an answer whose DNSSEC signatures are wrong';
    case 'dnssec_unvalidated':
      return 'has an answer that cannot be validated yet: a validating resolver still knows another one';
    case 'not_validating':
      return 'does not validate DNSSEC';
  }
}

/** What name servers say by their error codes (RFC 1035 §4.1.1, RFC 2136 §2.2). */
const SAID: Partial<Readonly<Record<ResponseCode, string>>> = {
  FORMERR: 'says that it cannot read our question',
  SERVFAIL: 'could not answer because of a fault of its own',
  NOTIMP: 'does not support this kind of question',
  REFUSED: 'refuses to answer for this name',
  NOTAUTH: 'says that it is not responsible for this name',
};

function describeError(rcode: ResponseCode, extendedErrors: readonly ExtendedError[]): string {
  const code = typeof rcode === 'number' ? `code ${rcode}` : rcode;
  const more = extendedErrors.map(({ code, text }) => {
    const name = EXTENDED[code] ?? `extended error ${code}`;
    return text === undefined ? name : `${name}, ${quoteFound(text)}`;
  });
  return `${SAID[rcode] ?? 'answered that something is wrong'} (${[code, ...more].join('; ')})`;
}

/** Those extended errors (RFC 8914 §4) that tell a person something. */
const EXTENDED: Readonly<Record<number, string>> = {
  6: 'DNSSEC signatures are wrong',
  7: 'DNSSEC signatures have expired',
  8: 'DNSSEC signatures are not valid yet',
  9: 'a DNSSEC key is missing',
  10: 'DNSSEC signatures are missing',
  14: 'not ready',
  15: 'blocked',
  16: 'censored',
  17: 'filtered',
  18: 'prohibited',
  20: 'not authoritative',
  22: 'no name server could be reached',
  23: 'network error',
  24: 'its data for the zone is not valid',
};

const MAX_CHAIN = 5;

function describeChain(chain: readonly string[]): string {
  const shown = chain.slice(0, MAX_CHAIN).map(showName).join(' → ');
  return chain.length > MAX_CHAIN ? `${shown} → …` : shown;
}

function showName(name: string): string {
  return name === '' ? 'the root' : `\`${name}\``;
}
