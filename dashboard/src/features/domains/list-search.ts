import { LIST_SORTS, LIST_STATES, type ListSort, type ListState } from '../../../../server/src/core/domain-list.ts';

/** What the address of the list holds behind its `?`. */
export interface ListSearch {
  readonly q?: string;
  readonly state?: ListState;
  readonly sort?: ListSort;
  readonly region?: string;
}

const MAX_TEXT = 253;

/** Reads it; what makes no sense is left out, since an address may come from anywhere. */
export function readListSearch(given: Readonly<Record<string, unknown>>): ListSearch {
  const q = readText(given.q);
  const state = LIST_STATES.find((each) => each === given.state);
  const sort = LIST_SORTS.find((each) => each === given.sort);
  const region = readText(given.region);
  return {
    ...(q !== '' && { q }),
    ...(state && { state }),
    ...(sort && sort !== 'attention' && { sort }),
    ...(region !== '' && { region }),
  };
}

/** The router reads `?q=123` as a number. */
function readText(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.replaceAll('\0', '').slice(0, MAX_TEXT);
}
