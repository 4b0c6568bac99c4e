import { createInterface } from 'node:readline/promises';
import type { Ask } from './publish.ts';

/** Creates what asks questions at this process's terminal; null if there is none. Questions go to stderr, so that stdout has only results. */
export function askAtTerminal(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  };
}
