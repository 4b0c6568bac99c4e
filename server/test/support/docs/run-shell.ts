import { spawn } from 'node:child_process';

/** What a command printed. */
export interface ShellOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the documentation as a reader would, in bash. @param endless one that is ended when it has printed something */
export function runShell(
  command: string,
  variables: Readonly<Record<string, string>>,
  { folder, isEndless = false }: { readonly folder: string; readonly isEndless?: boolean },
): Promise<ShellOutput> {
  return new Promise((resolve, reject) => {
    const script = `curl() { command curl --silent --show-error --fail-with-body --noproxy '*' "$@"; }\n${command}`;
    const child = spawn('bash', ['-c', script], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const read = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        read[stream] += text;
        // The group, since it is curl below bash.
        if (isEndless && stream === 'stdout' && child.pid !== undefined) process.kill(-child.pid);
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...read }));
  });
}
