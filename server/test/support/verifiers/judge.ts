import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Another implementation, as a program that reads a JSON value a line and answers each with one. */
export interface Judge {
  readonly name: string;
  readonly command: readonly [program: string, ...given: string[]];
  /** Succeeds where it is installed. */
  readonly probe: readonly [program: string, ...given: string[]];
  /** Debian's package. */
  readonly package: string;
}

/** Says in one line what to install where a judge is not there; false when it is. @throws Error with that line where `CI=true` */
export async function explainMissingJudge(judge: Judge): Promise<string | false> {
  const isThere = await run(judge.probe, '').then(
    () => true,
    () => false,
  );
  if (isThere) return false;
  const line = `needs ${judge.name}: apt-get install ${judge.package}`;
  if (process.env.CI === 'true') throw new Error(`This test ${line}`);
  return line;
}

/** Gives a judge one value a line, and reads its answers. */
export async function askJudge(judge: Judge, values: readonly unknown[]): Promise<unknown[]> {
  const output = await run(judge.command, values.map((value) => `${JSON.stringify(value)}\n`).join(''));
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

async function run([program, ...given]: readonly [string, ...string[]], input: string): Promise<string> {
  const child = spawn(program, given, { stdio: ['pipe', 'pipe', 'pipe'] });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  child.stdin.on('error', () => undefined).end(input);
  const [code] = await once(child, 'close');
  if (code === 0) return output;
  throw new Error(`${program} ${given.join(' ')} ended with ${code}: ${(await errors).slice(-2_000)}`);
}
