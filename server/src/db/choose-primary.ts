/** Which history of which cluster a primary writes. A promotion begins the next timeline; all servers of a cluster have one identifier. */
export interface Timeline {
  readonly cluster: string;
  readonly number: number;
}

/** What a server said of itself when it was last asked. */
export type HostState =
  | { readonly kind: 'unasked' }
  /** It can't be reached, lets nobody in, or takes too long. */
  | { readonly kind: 'silent'; readonly error: unknown }
  /** It refuses writes: a standby, or a primary that was demoted. */
  | { readonly kind: 'read-only' }
  /** It takes writes. A database that only resembles PostgreSQL may not say which timeline that is. */
  | { readonly kind: 'primary'; readonly timeline: Timeline | null };

/** A primary, by its place in the list. */
export interface Primary {
  readonly place: number;
  readonly timeline: Timeline | null;
}

/** Why a server that takes writes isn't used. */
export type Refusal = 'outdated' | 'another cluster' | 'a second primary';

/**
 * Chooses the primary among the servers of a list.
 *
 *     paused ──────────────► writes on, timeline 1: outdated
 *     standby ── promoted ─► writes, timeline 2: the primary
 *     copy ── only started ► writes, timeline 1: a second primary
 *
 * A primary that comes back after another one was promoted in its place still takes writes. It is told by its timeline,
 * whether it answers before the new one or after. One that is only silent stays the primary until another is promoted: a slow
 * machine is no failover, and a server that takes writes on the same timeline is a copy that somebody started.
 * @param newest the newest timeline that was ever seen
 * @returns null where there is none, or while some haven't been asked yet
 */
export function choosePrimary(
  states: readonly HostState[],
  current: Primary | null,
  newest: Timeline | null,
): Primary | null {
  if (current === null && states.some(({ kind }) => kind === 'unasked')) return null;
  const found = states.flatMap((state, place) =>
    state.kind === 'primary' && findRefusal(state.timeline, newest) === null
      ? [{ place, timeline: state.timeline }]
      : [],
  );
  const own = found.find(({ place }) => place === current?.place);
  let best = own ?? found[0];
  for (const other of found) if (best && isNewer(other.timeline, best.timeline)) best = other;
  const isSilent = current !== null && states[current.place]?.kind === 'silent';
  if (isSilent && !(best && mayReplace(best, current))) return current;
  return best ?? null;
}

/** Whether one takes the place of another that is silent: where there are no timelines, any does. */
function mayReplace(other: Primary, silent: Primary): boolean {
  return silent.timeline === null || isNewer(other.timeline, silent.timeline);
}

/** Says why a server that takes writes isn't used beside the primary that was chosen; null where it may be, or takes none. */
export function findRefusalAt(
  states: readonly HostState[],
  place: number,
  current: Primary | null,
  newest: Timeline | null,
): Refusal | null {
  const state = states[place];
  if (state?.kind !== 'primary') return null;
  const refusal = findRefusal(state.timeline, newest);
  if (refusal !== null || current === null || current.place === place) return refusal;
  return state.timeline === null ? null : 'a second primary';
}

/** Says why a server that takes writes isn't to be used; null where nothing is against it. */
export function findRefusal(timeline: Timeline | null, newest: Timeline | null): Refusal | null {
  if (timeline === null || newest === null) return null;
  if (timeline.cluster !== newest.cluster) return 'another cluster';
  return timeline.number < newest.number ? 'outdated' : null;
}

function isNewer(a: Timeline | null, b: Timeline | null): boolean {
  return a !== null && b !== null && a.cluster === b.cluster && a.number > b.number;
}
