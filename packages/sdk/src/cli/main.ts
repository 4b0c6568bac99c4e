#!/usr/bin/env node
/*
 * `autosend-domains`: the command line of the SDK, which needs nothing but the API of a service elsewhere. `commands.ts` has
 * the commands; `listen` and `mcp` load their parts when they are called.
 */

import { AutosendError } from '../autosend-error.ts';
import { askAtTerminal } from './ask.ts';
import { runCommand } from './commands.ts';
import { UsageError } from './usage-error.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    env: process.env,
    signal: stopping.signal,
    ask: askAtTerminal(),
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  });
} catch (error) {
  if (!stopping.signal.aborted) {
    const isKnown = error instanceof AutosendError || error instanceof UsageError;
    process.stderr.write(`${isKnown ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
