import type { Answer } from '../core/answers/dns-answer.ts';
import { findCause } from '../core/answers/failure.ts';
import { failedReply, toFailed } from './failed-reply.ts';
import type { ServerReply } from './nameserver.ts';

/**
 * In the fallback a resolver's "no" may be a memory from before the record was published, and no authoritative server is
 * there to say otherwise: it must not count against a domain. (With `recursive` mode the operator has chosen to count it.)
 */
export function distrustAbsence(answer: Answer): Answer {
  if (answer.outcome !== 'absent') return answer;
  return toFailed(failedReply({ kind: 'only_remembered' }), answer.source);
}

/** Nobody could be reached: the one case in which a resolver's word may stand in. */
export function isUnreached(answer: Answer): boolean {
  if (answer.outcome !== 'failed' || answer.source.via !== 'authoritative') return false;
  if (answer.kind === 'dnssec_unvalidated') return false;
  return answer.reason === 'timeout' || answer.reason === 'network';
}

/** Whether nothing came from a server that was asked: it costs its time, and tells nothing. */
export function isSilent({ reply }: ServerReply): boolean {
  return reply.kind === 'failed' && reply.reason === 'timeout';
}

/** Whether another server may hold the record of which this one says nothing that can be used. */
export function mayBeElsewhere({ reply }: ServerReply): boolean {
  return reply.kind === 'failed' && reply.reason !== 'malformed' && reply.fault.kind !== 'not_public';
}

/**
 * Whether a resolver may have an answer where this is all that was said. It has none that counts where a cause is certain,
 * where it has said so already (DNSSEC), and where it is silent; and none of what a server garbled.
 */
export function mayBeKnownToResolvers(answer: Answer): boolean {
  if (answer.outcome !== 'failed' || findCause(answer) !== null || answer.step.at === 'validation') return false;
  const isUnusable = answer.reason === 'servfail' || answer.reason === 'refused' || answer.reason === 'lame';
  return isUnusable || answer.kind === 'no_soa' || isUnreached(answer);
}
