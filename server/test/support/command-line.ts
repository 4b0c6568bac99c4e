import { runCommandLine } from '../../src/cli/run.ts';

/** What came of a command. */
export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command of `autosend` in this process: starting one for each would take most of a test's time. What only the program
 * itself can show (streams, exit code, root) is in `command-line.test.ts` and `leave-root.test.ts`.
 */
export async function runAutosend(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  let stdout = '';
  let stderr = '';
  const code = await runCommandLine(words, {
    environment,
    // This process stays what it is.
    leaveRoot: async () => ({ dataDir: null, user: null }),
    writeResult: (text) => {
      stdout += text;
    },
    writeError: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}
