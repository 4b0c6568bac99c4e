import type { Answer } from '../core/dns-answer.ts';
import type { VerificationStatus } from '../core/status.ts';

/** What is measured outside of requests; whoever shows it listens. */
export interface Meters {
  /** Notes a look that was stored: the state after it, and whether any server answered. */
  look(status: VerificationStatus, isAnswered: boolean): void;
  /** Notes what one server said to one question. */
  answer(answer: Answer): void;
  listen(listener: MeterListener): void;
}

/** Is told of everything that is measured. */
export interface MeterListener {
  onLook(status: VerificationStatus, isAnswered: boolean): void;
  onAnswer(answer: Answer): void;
}

/** Creates the meters of a node. */
export function createMeters(): Meters {
  const listeners: MeterListener[] = [];
  return {
    look(status, isAnswered) {
      for (const listener of listeners) listener.onLook(status, isAnswered);
    },
    answer(answer) {
      for (const listener of listeners) listener.onAnswer(answer);
    },
    listen: (listener) => void listeners.push(listener),
  };
}
