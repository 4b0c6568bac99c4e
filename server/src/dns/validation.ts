import type { DnssecStatus, Question } from '../core/answers/dns-answer.ts';
import type { FailureStep } from '../core/answers/failure.ts';
import type { Budget } from './budget.ts';
import { type FailedReply, failedReply } from './failed-reply.ts';
import type { Reply } from './interpret.ts';
import type { ServerReply } from './nameserver.ts';
import type { ResolverReply, Resolvers } from './recursive.ts';
import type { Zone } from './zones/zone.ts';

/** What the servers of a zone said, as far as it can be believed, and what was learned of the zone. */
export interface Validated {
  readonly replies: readonly ServerReply[];
  readonly dnssec: DnssecStatus;
}

/** Has answers of a signed zone validated for. */
export type Validation = (
  zone: Zone,
  question: Question,
  replies: readonly ServerReply[],
  budget: Budget,
) => Promise<Validated>;

/**
 * Builds it. A validating resolver is asked for what the authoritative servers showed, after they showed it: so it hears
 * the name only when the record is there, and cannot remember from before that it was not.
 */
export function createValidation(resolvers: Pick<Resolvers, 'askValidated'>): Validation {
  return async (zone, question, replies, budget) => {
    const { name, type } = question;
    const showAlias = replies.some(({ reply }) => reply.kind === 'cname');
    const showOther = replies.some(({ reply }) => needsValidation(reply, question) && reply.kind !== 'cname');
    const [alias, other] = await Promise.all([
      showAlias ? resolvers.askValidated({ name, type: 'CNAME' }, budget) : undefined,
      showOther ? resolvers.askValidated({ name, type }, budget) : undefined,
    ]);
    return {
      replies: replies.map((each) => {
        const validated = each.reply.kind === 'cname' ? alias : other;
        return validated && needsValidation(each.reply, question) ? compare(each, validated) : each;
      }),
      dnssec: alias?.dnssec === 'bogus' || other?.dnssec === 'bogus' ? 'bogus' : zone.dnssec,
    };
  };
}

function needsValidation(reply: Reply, question: Question): boolean {
  return (
    reply.kind === 'found' || reply.kind === 'cname' || (reply.kind === 'absent' && question.validateAbsence === true)
  );
}

function compare(shown: ServerReply, validated: ResolverReply): ServerReply {
  const { reply, source, dnssec } = validated;
  if (dnssec === 'bogus' && reply.kind === 'failed') {
    return fail(shown, failedReply(reply.fault));
  }
  const step: FailureStep = { at: 'validation', server: shown.source.server };
  // No word from the resolver is no fault of the name server, which must not be blamed for it.
  if (reply.kind === 'failed') {
    return { reply: failedReply(reply.fault, step), source };
  }
  if (dnssec !== 'signed' && dnssec !== 'unsigned') {
    return { reply: failedReply({ kind: 'not_validating' }, step), source };
  }
  // Without AD, the validating resolver has proof that this part is not signed (an insecure delegation, RFC 4035 §5.2).
  if (isSame(shown.reply, validated)) return shown;
  const outdatedSeconds = reply.kind === 'absent' ? reply.negativeTtlSeconds : reply.ttlSeconds;
  return fail(shown, failedReply({ kind: 'dnssec_unvalidated', outdatedSeconds }));
}

function fail({ source }: ServerReply, reply: FailedReply): ServerReply {
  return { reply, source };
}

/** The same record set: order, TTL and the kind of a "no" do not matter. */
function isSame(shown: Reply, { reply, aliases }: ResolverReply): boolean {
  if (aliases.length > 0) return false;
  if (shown.kind === 'absent') return reply.kind === 'absent';
  if (reply.kind !== 'found') return false;
  if (shown.kind === 'cname') {
    const [record, ...more] = reply.records;
    return more.length === 0 && record?.type === 'CNAME' && record.target === shown.target;
  }
  if (shown.kind !== 'found' || shown.records.length !== reply.records.length) return false;
  const validated = new Set(reply.records.map((record) => JSON.stringify(record)));
  return shown.records.every((record) => validated.has(JSON.stringify(record)));
}
