import { type Advance, advanceClock } from '../../services/test-clock/advance.ts';
import { defineCommand, PROJECT_FLAG } from '../command.ts';
import { findProject } from '../project.ts';
import { UsageError } from '../usage-error.ts';

/** As far as one call of the API moves it. */
const MAX_SECONDS = 31 * 86_400;

/** `test advance <seconds>`: moves the clock of a test project, and runs what becomes due. */
export const advanceTestClock = defineCommand({
  name: 'test advance',
  operands: '<seconds>',
  about: 'Move the clock of a test project forward, and run everything that becomes due.',
  flags: PROJECT_FLAG,
  async run(ctx, args, output) {
    const seconds = Number(args.words[0]);
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS)
      throw new UsageError(
        `Say how far to move the clock: 1 to ${MAX_SECONDS} seconds. Example: autosend test advance 3600 --project "My tests"`,
      );
    const project = await findProject(ctx, args);
    const sum = { checks: 0, deliveries: 0, events: 0 };
    let done: Advance;
    let left = seconds;
    do {
      done = await advanceClock(ctx, project, left);
      for (const what of ['checks', 'deliveries', 'events'] as const) sum[what] += done[what];
      left = done.remainingSeconds;
    } while (left > 0);
    output.print(
      { seconds, now: done.now, ...sum },
      `The clock of "${project.name}" shows ${done.now.toISOString()}. Ran ${sum.checks} checks and ${sum.deliveries} webhook deliveries; ${sum.events} events.`,
    );
  },
});
