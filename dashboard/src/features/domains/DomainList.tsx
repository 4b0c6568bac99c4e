import { Link } from '@tanstack/react-router';
import type { DomainListItem } from '../../api/domains.ts';
import { DomainNameText } from '../../components/DomainNameText.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { describeListed } from './describe-listed.ts';
import type { Selection } from './selection.ts';

/** The domains of a page of the list; each row leads to its domain, and can be selected. */
export function DomainList({
  domains,
  selection,
  nameProject,
}: {
  domains: readonly DomainListItem[];
  selection: Selection;
  /** The name of a project by its id; null where all are of one project. */
  nameProject: ((id: string) => string) | null;
}) {
  const selected = domains.filter(({ id }) => selection.domains.has(id));
  const isAll = selected.length === domains.length;
  return (
    <>
      <label className="flex min-h-11 cursor-pointer items-center border-b border-hairline text-small text-muted">
        <span className="flex w-11 shrink-0 justify-center">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={isAll}
            ref={(element) => {
              if (element) element.indeterminate = selected.length > 0 && !isAll;
            }}
            onChange={() => (isAll ? selection.clear() : selection.set([...selection.domains.values(), ...domains]))}
          />
        </span>
        Select all shown
      </label>
      <ul className="divide-y divide-hairline">
        {domains.map((domain) => (
          <DomainRow
            key={domain.id}
            domain={domain}
            project={nameProject ? nameProject(domain.projectId) : null}
            isSelected={selection.domains.has(domain.id)}
            onToggle={(toLast) => selection.toggle(domain, domains, toLast)}
          />
        ))}
      </ul>
    </>
  );
}

function DomainRow({
  domain,
  project,
  isSelected,
  onToggle,
}: {
  domain: DomainListItem;
  project: string | null;
  isSelected: boolean;
  onToggle(toLast: boolean): void;
}) {
  const { state, word, note } = describeListed(domain);
  return (
    <li
      data-selected={isSelected || undefined}
      className="flex items-stretch hover:bg-sunken data-selected:bg-accent-soft"
    >
      <label className="flex w-11 shrink-0 cursor-pointer items-center justify-center">
        <span className="sr-only">Select {domain.unicodeName ?? domain.domainName}</span>
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={isSelected}
          // The click says whether Shift is held; the change does not.
          onClick={(event) => onToggle(event.shiftKey)}
          onChange={() => undefined}
        />
      </label>
      <Link
        to="/projects/$projectId/domains/$domainId"
        params={{ projectId: domain.projectId, domainId: domain.id }}
        className="flex min-h-14 min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1 py-2 pr-4 -outline-offset-2 md:flex-nowrap"
      >
        <span className="min-w-0 flex-1 basis-full font-medium [overflow-wrap:anywhere] md:basis-auto">
          <DomainNameText name={domain.domainName} unicodeName={domain.unicodeName} />
        </span>
        {project !== null && (
          <span className="min-w-0 text-small text-muted [overflow-wrap:anywhere] md:w-36">
            <span className="sr-only">Project: </span>
            {project}
          </span>
        )}
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 text-small md:w-80 md:flex-none">
          <StateMark state={state} word={word} isLive={domain.isChecking || domain.verificationInProgress} />
          {note && <span className="text-muted">{note}</span>}
        </span>
        <span className="shrink-0 text-right text-small text-muted md:w-24">
          {domain.standings !== null && <RelativeTime at={domain.lastCheckedAt} />}
        </span>
      </Link>
    </li>
  );
}
