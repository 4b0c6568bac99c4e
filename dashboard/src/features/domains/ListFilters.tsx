import type { ListSort, ListState } from '../../../../server/src/core/domain-list.ts';
import type { DomainCounts } from '../../api/domains.ts';
import { Select } from '../../components/Select.tsx';
import type { ListSearch } from './list-search.ts';
import { formatRegion } from './regions.ts';

const CHIPS: readonly { readonly state: ListState | undefined; readonly label: string }[] = [
  { state: 'attention', label: 'Needs attention' },
  { state: 'failed', label: 'Failed' },
  { state: 'waiting', label: 'Waiting' },
  { state: 'verified', label: 'Verified' },
  { state: undefined, label: 'All' },
];

const SORTS: readonly { readonly value: ListSort; readonly label: string }[] = [
  { value: 'attention', label: 'Needs attention first' },
  { value: 'name', label: 'Name' },
  { value: 'state', label: 'Status' },
  { value: 'checked', label: 'Last checked' },
  { value: 'added', label: 'Newest first' },
];

/** The states to choose from, with how many domains each has. */
export function StateChips({
  counts,
  chosen,
  onChange,
}: {
  counts: DomainCounts | undefined;
  chosen: ListState | undefined;
  onChange(state: ListState | undefined): void;
}) {
  return (
    <fieldset className="flex min-w-0 flex-wrap gap-1">
      <legend className="sr-only">Status</legend>
      {CHIPS.map(({ state, label }) => (
        <button
          key={label}
          type="button"
          aria-pressed={state === chosen}
          className="flex h-9 items-center gap-1.5 max-md:h-10 rounded-control border border-hairline bg-card px-3 text-muted hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-ink"
          onClick={() => onChange(state)}
        >
          {label}
          {counts && <span className="tabular-nums">{state ? counts[state] : sumCounts(counts)}</span>}
        </button>
      ))}
    </fieldset>
  );
}

/** How many domains there are in all states. */
export function sumCounts({ attention, failed, waiting, verified }: DomainCounts): number {
  return attention + failed + waiting + verified;
}

/** The order, and the region where there are several. */
export function ListSelects({
  search,
  counts,
  onChange,
}: {
  search: ListSearch;
  counts: DomainCounts | undefined;
  onChange(change: ListSearch): void;
}) {
  const regionKeys = new Set([...(counts?.regionKeys ?? []), ...(search.region === undefined ? [] : [search.region])]);
  return (
    <>
      {(regionKeys.size > 1 || search.region !== undefined) && (
        <Select
          label="Region"
          isLabelHidden
          className="w-56"
          value={search.region ?? ''}
          options={[
            { value: '', label: 'All regions' },
            ...[...regionKeys].map((key) => ({ value: key, label: formatRegion(key) })),
          ]}
          onChange={(event) => onChange({ region: event.target.value })}
        />
      )}
      <Select
        label="Sort by"
        isLabelHidden
        className="w-52"
        value={search.sort ?? 'attention'}
        options={SORTS}
        onChange={(event) => onChange({ sort: event.target.value as ListSort })}
      />
    </>
  );
}
