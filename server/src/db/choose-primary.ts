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
export type Refusal = 'outdated' | 'another cluster';

/**
 * Chooses the primary among the servers of a list.
 *
 *     paused ──────────────► writes on, timeline 1: outdated
 *     standby ── promoted ─► writes, timeline 2: the primary
 *
 * A primary that comes back after another one was promoted in its place still takes writes. It is told by its timeline,
 * whether it answers before the new one or after. One that is only silent stays the primary until another is there: a slow
 * machine is no failover.
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
  if (best) return best;
  return current !== null && states[current.place]?.kind === 'silent' ? current : null;
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
