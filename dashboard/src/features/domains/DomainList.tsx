import { Link } from '@tanstack/react-router';
import type { DomainListItem } from '../../api/domains.ts';
import { DomainNameText } from '../../components/DomainNameText.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { describeListed } from './describe-listed.ts';

/** Which domains are selected, and how that changes; null where nothing can be done with them. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  toggle(id: string): void;
}

/** The domains of a page of the list; each row leads to its domain. */
export function DomainList({
  projectId,
  domains,
  selection,
}: {
  projectId: string;
  domains: readonly DomainListItem[];
  selection: Selection | null;
}) {
  return (
    <ul className="divide-y divide-hairline">
      {domains.map((domain) => {
        const { state, word, missing } = describeListed(domain);
        return (
          <li key={domain.id} className="flex items-stretch hover:bg-sunken">
            {selection && (
              <label className="flex w-11 shrink-0 cursor-pointer items-center justify-center">
                <span className="sr-only">Select {domain.domainName}</span>
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={selection.ids.has(domain.id)}
                  onChange={() => selection.toggle(domain.id)}
                />
              </label>
            )}
            <Link
              to="/projects/$projectId/domains/$domainId"
              params={{ projectId, domainId: domain.id }}
              className={`flex min-h-14 min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1 py-2 pr-4 -outline-offset-2 md:flex-nowrap ${selection ? '' : 'pl-4'}`}
            >
              <span className="min-w-0 flex-1 basis-full font-medium [overflow-wrap:anywhere] md:basis-auto">
                <DomainNameText name={domain.domainName} unicodeName={domain.unicodeName} />
              </span>
              <span className="flex flex-1 flex-wrap items-center gap-x-3 text-small md:w-64 md:flex-none">
                <StateMark state={state} word={word} isLive={domain.isChecking || domain.verificationInProgress} />
                {missing && <span className="text-muted">{missing}</span>}
              </span>
              <span className="w-32 text-right text-small text-muted">
                {domain.standings !== null && <RelativeTime at={domain.lastCheckedAt} />}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
