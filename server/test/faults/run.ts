// npm run faults [-- name ...] [--seed=N] [--times=N] [--json]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FAULT_ROWS, type FaultRow } from './rows.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const REPORTER = new URL('./reporter.ts', import.meta.url).href;
const HEADINGS = ['name', 'what was done, and how often', 'lost or wrong', 'seconds', 'seed'];

/** What came of one row. */
interface Outcome {
  readonly name: string;
  readonly done: Readonly<Record<string, number>>;
  readonly wrong: number;
  readonly seconds: number;
  readonly seed: number;
}

interface ReportedLine {
  readonly type: 'test:pass' | 'test:fail' | 'test:diagnostic';
  readonly name?: string;
  readonly message?: string;
  readonly isSkipped?: boolean;
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, seed: { type: 'string' }, times: { type: 'string' } },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(FAULT_ROWS, name));
  if (unknown.length > 0)
    throw new Error(`There is no row ${unknown.join(', ')}. The rows are: ${Object.keys(FAULT_ROWS).join(', ')}.`);
  const seed = readNumber('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31) + 1;
  const times = readNumber('times', values.times);
  const outcomes: Outcome[] = [];
  for (const [name, row] of Object.entries(FAULT_ROWS))
    if (positionals.length === 0 || positionals.includes(name))
      outcomes.push(await runRow(name, row, seed, times ?? row.times));
  console.log(values.json ? JSON.stringify(outcomes, null, 2) : formatTable(outcomes));
  if (outcomes.some(({ wrong }) => wrong > 0)) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new Error(`--${name}=${text} is not a whole number from 1 on.`);
}

async function runRow(name: string, row: FaultRow, seed: number, times: number): Promise<Outcome> {
  console.error(`${name}: seed ${seed}; npm run faults -- ${name} --seed=${seed} --times=${times} repeats it`);
  const startedAt = performance.now();
  const done: Record<string, number> = {};
  let wrong = 0;
  for (let n = 0; n < (row.countsItself ? 1 : times); n += 1)
    wrong += await runTests(row, seed + n, row.countsItself ? times : 1, done);
  return { name, done, wrong, seconds: Math.round((performance.now() - startedAt) / 100) / 10, seed };
}

/** Runs the tests of a row once and adds up what they did; gives how much of it was wrong. */
async function runTests(row: FaultRow, seed: number, times: number, done: Record<string, number>): Promise<number> {
  const files = row.files.map((file) => `server/test/${file}`);
  const runner = spawn(process.execPath, ['scripts/run-tests.mjs', `--test-reporter=${REPORTER}`, ...files], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AUTOSEND_TEST_SEED: String(seed), AUTOSEND_TEST_TIMES: String(times) },
  });
  const ended = once(runner, 'close');
  const tests = { ran: 0, failed: 0 };
  let told = 0;
  for await (const text of createInterface({ input: runner.stdout })) {
    const line = parseLine(text);
    if (line === null) continue;
    const { type, name = '', message = '', isSkipped } = line;
    if (type === 'test:diagnostic') {
      const [, key, count, what = ''] = /^(done|wrong): (\d+) ?(.*)$/.exec(message) ?? [];
      if (key === 'done') done[what] = (done[what] ?? 0) + Number(count);
      else if (key === 'wrong') told += Number(count);
      else console.error(`  ${message}`);
      continue;
    }
    tests.ran += 1;
    if (type === 'test:pass' && !isSkipped) continue;
    tests.failed += 1;
    console.error(`  WRONG: ${name}: ${isSkipped ? 'it was skipped' : message}`);
  }
  const [code] = await ended;
  if (row.what !== undefined) done[row.what] = (done[row.what] ?? 0) + tests.ran;
  // Tests that did not run, or a runner that fell, prove nothing.
  return Math.max(told, tests.failed, code === 0 && tests.ran > 0 ? 0 : 1);
}

function parseLine(text: string): ReportedLine | null {
  try {
    return JSON.parse(text);
  } catch {
    // What a test or the runner printed by itself.
    return null;
  }
}

function formatTable(outcomes: readonly Outcome[]): string {
  const lines = [HEADINGS, ...outcomes.map(formatOutcome)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

function formatOutcome({ name, done, wrong, seconds, seed }: Outcome): string[] {
  const what = Object.entries(done).map(([each, count]) => `${count.toLocaleString('en-US')} ${each}`);
  return [name, what.join(', '), String(wrong), seconds.toFixed(1), String(seed)];
}
