/*
 * The command line, an entry of its own beside `src/main.ts`. `run.ts` parses the arguments, composes a context for
 * the same database as the service, and runs one command of `commands/`, which calls use cases and writes through
 * `output.ts` (text, or JSON with --json). `mail-server/` is what `mta export` needs. No rules here: a command and
 * a route that do the same call the same use case.
 */

import { askAtTerminal } from '../../../packages/sdk/src/cli/ask.ts';
import { readEnvironment } from '../config.ts';
import { leaveRoot } from '../leave-root.ts';
import { runCommandLine } from './run.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  environment: readEnvironment(),
  leaveRoot,
  ask: askAtTerminal(),
  writeResult: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
});
