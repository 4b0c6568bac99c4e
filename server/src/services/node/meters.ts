import type { Answer } from '../../core/answers/dns-answer.ts';
import type { VerificationStatus } from '../../core/lifecycle/status.ts';
import type { SesFault } from '../../core/ses/retry.ts';

/** What is measured outside of requests; whoever shows it listens. */
export interface Meters {
  /** Notes a check that was stored: the state after it, and whether any server answered. */
  check(status: VerificationStatus, isAnswered: boolean): void;
  /** Notes what one server said to one question. */
  answer(answer: Answer): void;
  /** Notes what came of one call to the sending provider of a region. */
  provider(region: string, outcome: ProviderOutcome): void;
  listen(listener: MeterListener): void;
}

/** What came of a call to a sending provider. */
export type ProviderOutcome = 'done' | 'absent' | 'exists' | SesFault;

/** Is told of what it wants to know of what is measured. */
export interface MeterListener {
  onCheck?(status: VerificationStatus, isAnswered: boolean): void;
  onAnswer?(answer: Answer): void;
  onProvider?(region: string, outcome: ProviderOutcome): void;
}

/** Creates the meters of a node. */
export function createMeters(): Meters {
  const listeners: MeterListener[] = [];
  return {
    check(status, isAnswered) {
      for (const listener of listeners) listener.onCheck?.(status, isAnswered);
    },
    answer(answer) {
      for (const listener of listeners) listener.onAnswer?.(answer);
    },
    provider(region, outcome) {
      for (const listener of listeners) listener.onProvider?.(region, outcome);
    },
    listen: (listener) => void listeners.push(listener),
  };
}
