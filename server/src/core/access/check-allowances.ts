import type { Allowance } from './token-bucket.ts';

/**
 * How many checks tenants may set off, and how many questions may be asked about a name by projects that have not proved it. A check
 * costs its questions at somebody's name servers, and who asks for it need not own the domain.
 */
export const CHECK_ALLOWANCES = {
  /** Checks of one domain of a project. */
  domain: { perSecond: 1 / 5, capacity: 20 },
  /** Checks of all domains of a project. */
  project: { perSecond: 10, capacity: 100 },
  /** Checks by a share link. */
  link: { perSecond: 1 / 5, capacity: 1 },
  /** Questions about one registrable domain, over all projects, keys and the background. */
  registrable: { perSecond: 50, capacity: 200 },
  /** Checks of one registrable domain that each project has, whatever others ask. */
  projectAtRegistrable: { perSecond: 1 / 10, capacity: 1 },
} as const satisfies Record<string, Allowance>;

/** How many questions a check is taken to ask until it is known: five records at two name servers, the zone and what is near. */
export const EXPECTED_QUESTIONS = 35;

/** So many questions may be owed before the checks that projects have of their own become rarer: those of fourteen, in ten seconds. */
const MAX_OWED = CHECK_ALLOWANCES.registrable.perSecond / CHECK_ALLOWANCES.projectAtRegistrable.perSecond;

/** How much of an allowance was in use at a time; it goes down by the allowance's rate. */
export interface Level {
  readonly used: number;
  readonly atMs: number;
}

/** What a check is counted in; the ids are those of the levels. */
export interface CountedCheck {
  /** One check each. */
  readonly checks: readonly { readonly kind: 'domain' | 'project' | 'link'; readonly id: string }[];
  /** Where the project has not proved the name: its registrable domain, counted in questions, and the project's own share of it. */
  readonly unproved: { readonly registrable: string; readonly own: string } | null;
}

/** Whether a check may be made. */
export interface CheckDecision {
  /** In how many seconds; null where it may be made now, and was taken. */
  readonly waitSeconds: number | null;
  /** It is the project's own check of a name that was asked about enough otherwise. */
  readonly isScarce: boolean;
}

/**
 * Takes a check from everything that it is counted in, or from nothing where one has no more. A name that the project
 * has not proved gets `registrable.perSecond` questions, and each project one check in ten seconds of them that others cannot use up. Where
 * there are more projects than that can be done for, the checks of each become rarer: so long as none has waited for longer
 * than the others, the name gets no more questions.
 * @param levels by id; what is taken is changed in it
 */
export function takeCheck(levels: Map<string, Level>, check: CountedCheck, nowMs: number): CheckDecision {
  const { checks, unproved } = check;
  const waits = checks.flatMap(({ kind, id }) => waitFor(levels, kind, id, 1, nowMs) ?? []);
  const ownWait = unproved && findOwnWait(levels, unproved, nowMs);
  const isScarce =
    unproved !== null && waitFor(levels, 'registrable', unproved.registrable, EXPECTED_QUESTIONS, nowMs) !== null;
  if (isScarce && ownWait !== null) waits.push(ownWait);
  if (waits.length > 0) return { waitSeconds: Math.max(...waits), isScarce };
  for (const { kind, id } of checks) addToLevel(levels, kind, id, 1, nowMs);
  if (unproved) {
    if (ownWait === null)
      levels.set(unproved.own, { used: CHECK_ALLOWANCES.projectAtRegistrable.capacity, atMs: nowMs });
    addToLevel(levels, 'registrable', unproved.registrable, EXPECTED_QUESTIONS, nowMs);
  }
  return { waitSeconds: null, isScarce };
}

/** Corrects what a check was taken to ask by what it asked. */
export function settleCheck(levels: Map<string, Level>, registrable: string, questions: number, nowMs: number): void {
  addToLevel(levels, 'registrable', registrable, questions - EXPECTED_QUESTIONS, nowMs);
}

function findUsed(levels: ReadonlyMap<string, Level>, kind: keyof typeof CHECK_ALLOWANCES, id: string, nowMs: number) {
  const level = levels.get(id);
  if (!level) return 0;
  // A clock that was set back, or one that is behind another node's, gives nothing.
  const elapsedMs = Math.max(0, nowMs - level.atMs);
  return Math.max(0, level.used - (elapsedMs * CHECK_ALLOWANCES[kind].perSecond) / 1000);
}

function waitFor(
  levels: ReadonlyMap<string, Level>,
  kind: keyof typeof CHECK_ALLOWANCES,
  id: string,
  count: number,
  nowMs: number,
): number | null {
  const { capacity, perSecond } = CHECK_ALLOWANCES[kind];
  const missing = findUsed(levels, kind, id, nowMs) + count - capacity;
  // What is left of a fraction by counting with fractions is nothing.
  return missing <= 1e-9 ? null : Math.max(1, Math.ceil(missing / perSecond - 1e-9));
}

function findOwnWait(
  levels: ReadonlyMap<string, Level>,
  { registrable, own }: { readonly registrable: string; readonly own: string },
  nowMs: number,
): number | null {
  const level = levels.get(own);
  if (!level) return null;
  const owed = findUsed(levels, 'registrable', registrable, nowMs) - CHECK_ALLOWANCES.registrable.capacity;
  const intervalMs = (1000 / CHECK_ALLOWANCES.projectAtRegistrable.perSecond) * Math.max(1, owed / MAX_OWED);
  const leftMs = level.used > 0 ? intervalMs - (nowMs - level.atMs) : 0;
  return leftMs <= 0 ? null : Math.max(1, Math.ceil(leftMs / 1000));
}

function addToLevel(
  levels: Map<string, Level>,
  kind: keyof typeof CHECK_ALLOWANCES,
  id: string,
  count: number,
  nowMs: number,
): void {
  levels.set(id, { used: Math.max(0, findUsed(levels, kind, id, nowMs) + count), atMs: nowMs });
}
