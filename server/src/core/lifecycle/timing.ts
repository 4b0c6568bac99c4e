import { DEFAULT_KEY_RETIRING_MS } from '../dkim/key-stages.ts';
import { type AppError, validationError } from '../errors.ts';
import { DEFAULT_SCHEDULE, type Schedule } from './schedule.ts';
import { DEFAULT_RULES, type LifeCycleRules } from './status.ts';

/** All the times that an operator may set: when a domain is checked, when its state ends, how long a claim on it lasts. */
export interface Timing {
  readonly schedule: Schedule;
  readonly rules: LifeCycleRules;
  /** How long a worker may keep a domain to itself: longer than a check takes, shorter than anyone waits for a dead worker's. */
  readonly leaseMs: number;
  /** How long a key's record must stay after signing has moved to another key. */
  readonly keyRetiringMs: number;
}

/** The times of `verification.md` §3 and §4. */
export const DEFAULT_TIMING: Timing = {
  schedule: DEFAULT_SCHEDULE,
  rules: DEFAULT_RULES,
  leaseMs: 30_000,
  keyRetiringMs: DEFAULT_KEY_RETIRING_MS,
};

const VARIABLE = 'AUTOSEND_SCHEDULE_FILE';
const YEAR_SECONDS = 365 * 24 * 3600;
const MAX_LADDER = 100;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A check may take 10 s, and a dead worker's domains are to be taken over within a minute. */
const LEASE: Range = { min: 15, max: 60 };
const WAIT: Range = { min: 1, max: YEAR_SECONDS };
/** A clock that ends before anyone could have published anything only does harm. */
const LIMIT: Range = { min: 60, max: YEAR_SECONDS };
const SPREAD: Range = { min: 0, max: YEAR_SECONDS };
const MISSES: Range = { min: 1, max: 100 };
const JITTER: Range = { min: 0, max: 0.5 };

const FIELDS = [
  'afterVerifySeconds',
  'steadySeconds',
  'afterVerifyWindowSeconds',
  'afterAddedSeconds',
  'unaskedSeconds',
  'unaskedWindowSeconds',
  'watchedSeconds',
  'verifiedSeconds',
  'missedSeconds',
  'failedSeconds',
  'jitter',
  'missesToFall',
  'missSpreadSeconds',
  'pendingLimitSeconds',
  'atRiskLimitSeconds',
  'leaseSeconds',
  'keyRetiringSeconds',
] as const;
type Field = (typeof FIELDS)[number];

/**
 * Parses the content of the schedule file: a JSON object with any of the fields above; what it leaves out keeps its default.
 * Times are whole seconds; `jitter` is a share.
 * @throws AppError VALIDATION_FAILED that names each value that is wrong, what was found and what is allowed
 */
export function parseTiming(json: unknown): Timing {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw invalid(['the file must contain a JSON object such as { "verifiedSeconds": 21600 }.']);
  const given = new Map<string, unknown>(Object.entries(json));
  const problems = [...given.keys()]
    .filter((name) => !FIELDS.some((field) => field === name))
    .map((name) => `unknown field ${JSON.stringify(name)}. The fields are ${FIELDS.join(', ')}.`);

  const read = (field: Field, range: Range, fallback: number): number => {
    if (!given.has(field)) return fallback;
    const value = given.get(field);
    if (isWithin(value, range) && Number.isInteger(value)) return value;
    problems.push(`${field} is ${JSON.stringify(value)} but must be a whole number from ${range.min} to ${range.max}.`);
    return fallback;
  };
  const readMs = (field: Field, range: Range, fallbackMs: number): number =>
    1000 * read(field, range, fallbackMs / 1000);
  const readJitter = (): number => {
    if (!given.has('jitter')) return DEFAULT_SCHEDULE.jitter;
    const value = given.get('jitter');
    if (isWithin(value, JITTER)) return value;
    problems.push(`jitter is ${JSON.stringify(value)} but must be a number from ${JITTER.min} to ${JITTER.max}.`);
    return DEFAULT_SCHEDULE.jitter;
  };
  const readLadder = (field: Field, fallback: readonly number[]): readonly number[] => {
    if (!given.has(field)) return fallback;
    const value = given.get(field);
    const isRung = (rung: unknown): rung is number => isWithin(rung, WAIT) && Number.isInteger(rung);
    if (Array.isArray(value) && value.length <= MAX_LADDER && value.every(isRung)) return value.map((s) => 1000 * s);
    problems.push(
      `${field} is ${JSON.stringify(value)} but must be an array of at most ${MAX_LADDER} whole numbers from ${WAIT.min} to ${WAIT.max}.`,
    );
    return fallback;
  };

  const rules: LifeCycleRules = {
    missesToFall: read('missesToFall', MISSES, DEFAULT_RULES.missesToFall),
    missSpreadMs: readMs('missSpreadSeconds', SPREAD, DEFAULT_RULES.missSpreadMs),
    pendingLimitMs: readMs('pendingLimitSeconds', LIMIT, DEFAULT_RULES.pendingLimitMs),
    atRiskLimitMs: readMs('atRiskLimitSeconds', LIMIT, DEFAULT_RULES.atRiskLimitMs),
  };
  const schedule: Schedule = {
    afterVerifyMs: readLadder('afterVerifySeconds', DEFAULT_SCHEDULE.afterVerifyMs),
    steadyMs: readMs('steadySeconds', WAIT, DEFAULT_SCHEDULE.steadyMs),
    // Whoever may publish for longer is checked for longer.
    afterVerifyWindowMs: readMs('afterVerifyWindowSeconds', LIMIT, rules.pendingLimitMs),
    afterAddedMs: readLadder('afterAddedSeconds', DEFAULT_SCHEDULE.afterAddedMs),
    unaskedMs: readMs('unaskedSeconds', WAIT, DEFAULT_SCHEDULE.unaskedMs),
    unaskedWindowMs: readMs('unaskedWindowSeconds', LIMIT, DEFAULT_SCHEDULE.unaskedWindowMs),
    watchedMs: readMs('watchedSeconds', WAIT, DEFAULT_SCHEDULE.watchedMs),
    verifiedMs: readMs('verifiedSeconds', WAIT, DEFAULT_SCHEDULE.verifiedMs),
    missedMs: readMs('missedSeconds', WAIT, DEFAULT_SCHEDULE.missedMs),
    failedMs: readMs('failedSeconds', WAIT, DEFAULT_SCHEDULE.failedMs),
    jitter: readJitter(),
  };
  const leaseMs = readMs('leaseSeconds', LEASE, DEFAULT_TIMING.leaseMs);
  const keyRetiringMs = readMs('keyRetiringSeconds', LIMIT, DEFAULT_TIMING.keyRetiringMs);
  if (problems.length > 0) throw invalid(problems);
  return { schedule, rules, leaseMs, keyRetiringMs };
}

function isWithin(value: unknown, { min, max }: Range): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}

function invalid(problems: readonly string[]): AppError {
  return validationError(VARIABLE, `${VARIABLE}: ${problems.join(' ')}`);
}
