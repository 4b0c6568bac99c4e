import { useRef } from 'react';
import type { RecordRow } from './record-rows.ts';

/**
 * Sorts what is still to be done before what is right, as it stands when the page opens. Rows keep their places then: one that
 * turns green must not move away under somebody's eyes.
 */
export function useOpenFirst(rows: readonly RecordRow[]): readonly RecordRow[] {
  const places = useRef(new Map<string, number>());
  const isWaiting = rows.every(({ state }) => state === 'unknown');
  // Before the first check there is nothing to sort by.
  if (isWaiting && places.current.size === 0) return rows;
  // One that comes while the page is open, such as a new key's, takes its place by the same rule.
  for (const row of rows)
    if (!places.current.has(row.kind)) places.current.set(row.kind, rank(row) * MANY + places.current.size);
  const rankOf = ({ kind }: RecordRow) => places.current.get(kind) ?? 0;
  return [...rows].sort((a, b) => rankOf(a) - rankOf(b));
}

/** More rows than there ever are. */
const MANY = 1_000;

function rank({ state }: RecordRow): number {
  if (state === 'wrong' || state === 'attention') return 0;
  return state === 'verified' ? 2 : 1;
}
