import { z } from 'zod';
import { time } from './times.ts';

const MAX_SECONDS = 31 * 86_400;
const SECONDS = `seconds must be a whole number from 1 to ${MAX_SECONDS}.`;

/** How far to move the clock of a test project. */
export const advanceBody = z.strictObject(
  {
    seconds: z
      .int({ error: ({ input }) => (input === undefined ? 'seconds is missing.' : SECONDS) })
      .min(1, SECONDS)
      .max(MAX_SECONDS, SECONDS)
      .meta({ description: 'How far to move the clock: at most 31 days.', example: 3600 }),
  },
  {
    error: (issue) => (issue.code === 'invalid_type' ? 'Send a JSON object such as { "seconds": 3600 }.' : undefined),
  },
);

/** What came of moving the clock of a test project. */
export const advanceSchema = z
  .strictObject({
    seconds: z.int().meta({ description: 'How far you asked to move the clock.', example: 3600 }),
    remainingSeconds: z.int().meta({
      description:
        'What is left if there was more to run than one call can; call again with this. 0 if everything that became due has run.',
      example: 0,
    }),
    now: time.meta({ description: 'What the project’s clock shows.', example: '2026-01-15T13:00:00.000Z' }),
    checks: z.int().meta({ description: 'Checks run.', example: 8 }),
    deliveries: z.int().meta({ description: 'Webhook delivery attempts, successful or not.', example: 2 }),
    events: z.int().meta({ description: 'Events created.', example: 5 }),
  })
  .meta({ id: 'ClockAdvance' });

/** Formats what came of moving a clock. */
export function formatAdvance<A extends { readonly now: Date }>(advance: A): Omit<A, 'now'> & { now: string } {
  return { ...advance, now: advance.now.toISOString() };
}
