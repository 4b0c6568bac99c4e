import fc from 'fast-check';
import {
  applyCheck,
  applyVerifyRequest,
  type CheckOutcome,
  type DomainState,
  type FlagOutcome,
  INITIAL_STATE,
} from '../../../src/core/lifecycle/status.ts';
import { mapFlags } from '../../../src/core/records/record.ts';

/** One event in the life of a domain: a check and what it saw, or null for a call of verify. */
export interface LifeEvent {
  readonly afterMinutes: number;
  readonly what: CheckOutcome | null;
}

const START = Date.parse('2026-01-01T00:00:00.000Z');

/** The moment so many minutes after the beginning of all histories. */
export function at(minutes: number): Date {
  return new Date(START + minutes * 60_000);
}

const outcomes = fc.constantFrom<FlagOutcome>('right', 'wrong', 'unknown');
const check = fc.record(mapFlags(() => outcomes));
// Both what happens within a check or two, and what takes one of the clocks of 72 hours.
const afterMinutes = fc.oneof(fc.nat(90), fc.nat(40 * 60));

/** Any history, up to 30 events long. */
export const histories: fc.Arbitrary<LifeEvent[]> = fc.array(
  fc.record({ afterMinutes, what: fc.oneof({ weight: 4, arbitrary: check }, fc.constant(null)) }),
  { maxLength: 30 },
);

/** What one event did. */
export interface Played {
  readonly event: LifeEvent;
  readonly minutes: number;
  readonly before: DomainState;
  readonly state: DomainState;
  readonly changes: ReturnType<typeof applyCheck>['changes'];
}

/**
 * Plays a history from the state of a new domain.
 * @param keep what happens to the state between two events, such as being stored and read back
 */
export function playHistory(
  events: readonly LifeEvent[],
  keep: (state: DomainState) => DomainState = (state) => state,
): { state: DomainState; minutes: number; steps: Played[] } {
  let state = INITIAL_STATE;
  let minutes = 0;
  const steps: Played[] = [];
  for (const event of events) {
    minutes += event.afterMinutes;
    const before = state;
    const result =
      event.what === null
        ? { state: applyVerifyRequest(before, at(minutes)), changes: [] }
        : applyCheck(before, event.what, at(minutes));
    state = keep(result.state);
    steps.push({ event, minutes, before, ...result });
  }
  return { state, minutes, steps };
}
