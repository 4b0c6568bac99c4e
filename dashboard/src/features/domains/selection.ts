import { useState } from 'react';
import type { DomainListItem } from '../../api/domains.ts';

/** What is kept of a domain that is selected: enough to act on it when the list shows it no more. */
export type Selected = Pick<DomainListItem, 'id' | 'projectId' | 'domainName' | 'unicodeName'>;

/** Which domains are selected, and how that changes. */
export interface Selection {
  readonly domains: ReadonlyMap<string, Selected>;
  /** Selects one, or takes it out again; with `toLast` all between the one that was chosen last and this one. */
  toggle(domain: Selected, shown: readonly Selected[], toLast: boolean): void;
  set(domains: readonly Selected[]): void;
  clear(): void;
}

/** Keeps what is selected for as long as the list is open. */
export function useSelection(): Selection {
  const [domains, setDomains] = useState<ReadonlyMap<string, Selected>>(new Map());
  const [lastId, setLastId] = useState<string | null>(null);
  return {
    domains,
    toggle(domain, shown, toLast) {
      setDomains(toggleSelected(domains, domain, toLast ? findRange(shown, lastId, domain.id) : [domain]));
      setLastId(domain.id);
    },
    set: (all) => setDomains(toMap(all)),
    clear: () => setDomains(new Map()),
  };
}

/** All of `range` become what `domain` becomes: selected, or not. */
export function toggleSelected(
  selected: ReadonlyMap<string, Selected>,
  domain: Selected,
  range: readonly Selected[],
): ReadonlyMap<string, Selected> {
  if (!selected.has(domain.id)) return new Map([...selected, ...toMap(range)]);
  const ids = new Set(range.map(({ id }) => id));
  return new Map([...selected].filter(([id]) => !ids.has(id)));
}

/** The domains from one to another in the order of the list, both among them; the last alone where the first is not shown. */
export function findRange(shown: readonly Selected[], fromId: string | null, toId: string): readonly Selected[] {
  const to = shown.findIndex(({ id }) => id === toId);
  const from = shown.findIndex(({ id }) => id === fromId);
  const start = from === -1 ? to : Math.min(from, to);
  return shown.slice(start, Math.max(from, to) + 1);
}

function toMap(domains: readonly Selected[]): ReadonlyMap<string, Selected> {
  return new Map(
    domains.map(({ id, projectId, domainName, unicodeName }) => [id, { id, projectId, domainName, unicodeName }]),
  );
}
