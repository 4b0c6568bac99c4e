import { Link } from '@tanstack/react-router';
import type { DomainListItem } from '../../api/domains.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { type State, StateMark } from '../../components/StateMark.tsx';

/** The domains of a page of the list; each row leads to its domain. */
export function DomainList({ projectId, domains }: { projectId: string; domains: readonly DomainListItem[] }) {
  return (
    <ul className="divide-y divide-hairline">
      {domains.map((domain) => {
        const { state, word, missing } = summarize(domain);
        return (
          <li key={domain.id}>
            <Link
              to="/projects/$projectId/domains/$domainId"
              params={{ projectId, domainId: domain.id }}
              className="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 -outline-offset-2 hover:bg-sunken md:flex-nowrap"
            >
              <span className="min-w-0 flex-1 basis-full md:basis-auto">
                <span className="block font-medium [overflow-wrap:anywhere]">{domain.domainName}</span>
                <span className="block text-small text-muted">{domain.regionKey}</span>
              </span>
              <span className="flex flex-1 flex-wrap items-center gap-x-3 text-small md:w-64 md:flex-none">
                <StateMark state={state} word={word} isLive={domain.isChecking || domain.verificationInProgress} />
                {missing && <span className="text-muted">{missing}</span>}
              </span>
              <span className="w-32 text-right text-small text-muted">
                {domain.lastCheckedAt === domain.createdAt ? (
                  'not checked yet'
                ) : (
                  <RelativeTime at={domain.lastCheckedAt} />
                )}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** Where a domain stands, in a word or two: what somebody has to do comes before what only takes time. */
function summarize(domain: DomainListItem): { state: State; word: string; missing: string } {
  const open = [
    [domain.ownershipVerified, 'ownership'],
    [domain.dkimEnabled, 'DKIM'],
    [domain.mailFromEnabled, 'return path'],
    [domain.dmarcEnabled, 'DMARC'],
  ].flatMap(([isThere, name]) => (isThere ? [] : [name]));
  const missing = open.length === 0 ? '' : open.length === 4 ? 'no record yet' : `without ${open.join(', ')}`;
  switch (domain.verificationStatus) {
    case 'VERIFIED':
      return { state: 'verified', word: 'Verified', missing };
    case 'TEMPORARY_FAILURE':
      return { state: 'attention', word: 'At risk', missing };
    case 'FAILED':
      return { state: 'wrong', word: 'Not found in time', missing };
    case 'PENDING_CONFIGURATION':
      if (domain.isChecking) return { state: 'waiting', word: 'Checking…', missing };
      if (domain.wrongRecords > 0) return { state: 'wrong', word: 'Needs a change', missing };
      if (domain.unansweredRecords > 0) return { state: 'unknown', word: 'No answer', missing };
      return { state: 'waiting', word: 'Waiting', missing };
  }
}
