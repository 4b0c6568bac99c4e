/*
 * The domains of a project. `DomainsPage` has search and filters and follows live updates, `DomainList` shows the
 * pages of the list, and `AddDomain` is the form: it asks the server what it makes of a name while somebody types,
 * and offers the name below a pasted www. (`bare-name.ts`). One domain is in `domain/`.
 */

import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import type { Project } from '../../api/account.ts';
import { formatCallUrl } from '../../api/call.ts';
import { type Domain, domainListKey, domainListQuery, updateListedDomain } from '../../api/domains.ts';
import { useLiveUpdates } from '../../api/live.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Field } from '../../components/Field.tsx';
import { Page } from '../../components/Page.tsx';
import { Select } from '../../components/Select.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { AddDomain } from './AddDomain.tsx';
import { DomainList } from './DomainList.tsx';

const THROTTLE_MS = 1_000;

type Status = Domain['verificationStatus'];

const STATUSES: readonly { value: Status | ''; label: string }[] = [
  { value: '', label: 'All states' },
  { value: 'PENDING_CONFIGURATION', label: 'Waiting' },
  { value: 'VERIFIED', label: 'Verified' },
  { value: 'TEMPORARY_FAILURE', label: 'At risk' },
  { value: 'FAILED', label: 'Not found in time' },
];

/** Which of the project's domains need somebody. */
export function DomainsPage() {
  const { project, canWrite } = useProject();
  return project ? <ProjectDomains key={project.id} project={project} canWrite={canWrite} /> : <NotFoundPage />;
}

function ProjectDomains({ project, canWrite }: { project: Project; canWrite: boolean }) {
  const [search, setSearch] = useState('');
  const [status, setStatus] = useState<Status | ''>('');
  const client = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const filter = { search: useDeferredValue(search.trim()) || undefined, status: status || undefined };
  const isFiltered = filter.search !== undefined || filter.status !== undefined;
  const list = useInfiniteQuery({
    ...domainListQuery(project.id, filter),
    placeholderData: keepPreviousData,
  });
  const refresh = () => void client.invalidateQueries({ queryKey: domainListKey(project.id) });
  const refreshSoon = useThrottled(refresh);
  useLiveUpdates<'GET /api/projects/:projectId/domains/live'>(
    formatCallUrl('GET /api/projects/:projectId/domains/live', { projectId: project.id }),
    {
      domain: (newest) => updateListedDomain(client, project.id, newest) || refreshSoon(),
      deleted: refreshSoon,
    },
    refresh,
  );
  const domains = list.data?.pages.flatMap((page) => page.domains);
  const isEmpty = domains?.length === 0 && !isFiltered;

  return (
    <Page
      title="Domains"
      actions={
        canWrite &&
        !isEmpty && (
          <Button variant="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" size={16} /> Add domain
          </Button>
        )
      }
    >
      {!isEmpty && (
        <search className="flex flex-wrap gap-2">
          <Field
            label="Search domains"
            isLabelHidden
            type="search"
            placeholder="Search"
            value={search}
            maxLength={253}
            className="min-w-36 flex-1"
            onChange={(event) => setSearch(event.target.value)}
          />
          <Select
            label="State"
            isLabelHidden
            className="w-44"
            value={status}
            options={STATUSES}
            onChange={(event) => setStatus(event.target.value as Status | '')}
          />
        </search>
      )}
      <Card label="Domains">
        {domains === undefined ? (
          list.error ? (
            <ErrorState what="The domains could not be listed" error={list.error} onRetry={() => list.refetch()} />
          ) : (
            <Skeleton rows={6} className="h-14" />
          )
        ) : isEmpty ? (
          <EmptyState title="No domains yet">
            <p className="mb-6">
              {canWrite
                ? 'Add the domain that you send from. You get the DNS records to publish, and we check until they are there.'
                : 'Nobody has added a domain to this project yet.'}
            </p>
            {canWrite && <AddDomain projectId={project.id} primaryRegion={project.primaryRegion} />}
          </EmptyState>
        ) : domains.length === 0 ? (
          <EmptyState title="No domain matches">
            <p className="mb-4">Try another search or state.</p>
            <Button
              onClick={() => {
                setSearch('');
                setStatus('');
              }}
            >
              Show all
            </Button>
          </EmptyState>
        ) : (
          <DomainList projectId={project.id} domains={domains} />
        )}
      </Card>
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          Show more
        </Button>
      )}
      {isAdding && (
        <Dialog title="Add a domain" onClose={() => setAdding(false)}>
          <AddDomain projectId={project.id} primaryRegion={project.primaryRegion} onCancel={() => setAdding(false)} />
        </Dialog>
      )}
    </Page>
  );
}

/** However often it is called, `run` runs at most once a second. */
function useThrottled(run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      run();
    }, THROTTLE_MS);
  };
}
