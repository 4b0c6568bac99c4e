import type { AnswerSource, Failed } from '../core/answers/dns-answer.ts';
import { AT_RECORD, classifyFault, type FailureReason, type FailureStep, type Fault } from '../core/answers/failure.ts';

/** Why a reply cannot be used, before it is known who gave it. */
export interface FailedReply {
  readonly kind: 'failed';
  readonly reason: FailureReason;
  readonly fault: Fault;
  readonly step: FailureStep;
}

/** Builds it. */
export function failedReply(fault: Fault, step: FailureStep = AT_RECORD): FailedReply {
  return { kind: 'failed', reason: classifyFault(fault), fault, step };
}

/** A failure as the rest of the program sees it. */
export function toFailed({ reason, fault, step }: FailedReply, source: AnswerSource): Failed {
  return { outcome: 'failed', reason, ...fault, step, source };
}
