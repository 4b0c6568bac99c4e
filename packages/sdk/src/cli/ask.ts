import { createInterface } from 'node:readline/promises';
import type { Ask } from './publish.ts';

/** Makes what asks at the terminal of this process; null where there is none. The question goes to stderr: results stay alone. */
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
