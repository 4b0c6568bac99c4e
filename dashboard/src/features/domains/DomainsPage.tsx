/*
 * The domains of a project, or of all. `DomainsPage` follows live updates and keeps search, state, order and region in
 * the address (`list-search.ts`); `ListFilters` shows them, `DomainList` the pages of the list, in the words of a
 * domain's page (`describe-listed.ts`). What is selected (`selection.ts`) is acted on in `BulkBar`, one by one
 * (`run-each.ts`). `AddDomain` is the form. One domain is in `domain/`.
 */

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Project } from '../../api/account.ts';
import { formatCallUrl } from '../../api/call.ts';
import {
  domainCountsKey,
  domainCountsQuery,
  domainListKey,
  domainListQuery,
  type ListScope,
  removeListedDomain,
  updateListedDomain,
} from '../../api/domains.ts';
import { useLiveUpdates } from '../../api/live.ts';
import { showMore } from '../../api/show-more.ts';
import { Button, buttonClasses } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Field } from '../../components/Field.tsx';
import { Page } from '../../components/Page.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { AddDomain } from './AddDomain.tsx';
import { AddDomainDialog } from './AddDomainDialog.tsx';
import { BulkBar } from './BulkBar.tsx';
import { DomainList } from './DomainList.tsx';
import { ListSelects, StateChips, sumCounts } from './ListFilters.tsx';
import { type ListSearch, readListSearch } from './list-search.ts';
import { useSelection } from './selection.ts';

const THROTTLE_MS = 2_000;
/** The list is asked for when somebody pauses, not at each key. */
const PAUSE_MS = 200;

/** Which of the project's domains need somebody. */
export function DomainsPage() {
  const { project, canWrite } = useProject();
  return project ? <DomainInbox key={project.id} project={project} canWrite={canWrite} /> : <NotFoundPage />;
}

/** The same over all projects that somebody sees. */
export function AllDomainsPage() {
  const { account } = useProject();
  return <DomainInbox project={null} canWrite={account.projects.some(({ role }) => role !== 'member')} />;
}

function DomainInbox({ project, canWrite }: { project: Project | null; canWrite: boolean }) {
  const scope: ListScope = project?.id ?? null;
  const { account } = useProject();
  // Both routes read it by the same function.
  const search: ListSearch = readListSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [isAdding, setAdding] = useState<{ readonly name: string } | null>(null);
  const change = (next: ListSearch) =>
    void navigate({ to: '.', search: (before) => readListSearch({ ...before, ...next }), replace: true });
  const { typed, setTyped } = useTypedSearch(search.q ?? '', (q) => change({ q }));
  const filter = { search: search.q?.trim() || undefined, regionKey: search.region };
  const wish = { ...filter, state: search.state, sort: search.sort };
  const isFiltered = filter.search !== undefined || search.region !== undefined || search.state !== undefined;
  const list = useInfiniteQuery({ ...domainListQuery(scope, wish), placeholderData: keepPreviousData });
  const counts = useQuery({ ...domainCountsQuery(scope, filter), placeholderData: keepPreviousData });
  const selection = useSelection();
  useFollowedList(scope, (list.data?.pages.length ?? 0) <= 1);
  const domains = list.data?.pages.flatMap((page) => page.domains);
  const isEmpty = domains?.length === 0 && !isFiltered;
  const canAdd = canWrite && project !== null;
  const total = counts.data ? (search.state ? counts.data[search.state] : sumCounts(counts.data)) : 0;
  const clear = () => {
    setTyped('');
    void navigate({ to: '.', search: (before) => readListSearch({ sort: before.sort }), replace: true });
  };
  const nameProject = (id: string) => account.projects.find((each) => each.id === id)?.name ?? '';

  return (
    <Page
      title={project ? 'Domains' : 'All domains'}
      actions={
        canAdd &&
        !isEmpty && (
          <Button variant="primary" onClick={() => setAdding({ name: '' })}>
            <Plus aria-hidden="true" size={16} /> Add domain
          </Button>
        )
      }
    >
      {!isEmpty && (
        <search className="flex flex-col gap-3">
          <StateChips counts={counts.data} chosen={search.state} onChange={(state) => changeState(change, state)} />
          <div className="flex flex-wrap gap-2">
            <Field
              label="Search domains"
              isLabelHidden
              type="search"
              placeholder="Search"
              value={typed}
              maxLength={253}
              className="min-w-36 flex-1"
              data-search=""
              onChange={(event) => setTyped(event.target.value)}
            />
            <ListSelects search={search} counts={counts.data} onChange={change} />
          </div>
        </search>
      )}
      <Card label="Domains">
        {domains === undefined ? (
          list.error ? (
            <ErrorState what="Couldn’t load domains" error={list.error} onRetry={() => list.refetch()} />
          ) : (
            <Skeleton rows={6} className="h-14" />
          )
        ) : isEmpty ? (
          <EmptyState title="No domains yet">
            <p className="mb-6">
              {canAdd
                ? 'Add the domain you send from. We’ll give you the DNS records to publish and check them until they’re live.'
                : project
                  ? 'No domains in this project yet.'
                  : 'No domains in any of your projects yet.'}
            </p>
            {canAdd && (
              <AddDomain projectId={project.id} primaryRegion={project.primaryRegion} isTest={project.isTest} />
            )}
            {!project && (
              <Link to="/" className={buttonClasses()}>
                Go to your project
              </Link>
            )}
          </EmptyState>
        ) : domains.length === 0 ? (
          <EmptyState title="No domains match">
            <p className="mb-4">Try a different search or filter.</p>
            <div className="flex flex-wrap justify-center gap-2">
              <Button onClick={clear}>Clear filters</Button>
              {canAdd && filter.search !== undefined && (
                <Button variant="primary" onClick={() => setAdding({ name: filter.search ?? '' })}>
                  <span className="max-w-64 truncate">Add {filter.search}</span>
                </Button>
              )}
            </div>
          </EmptyState>
        ) : (
          <DomainList domains={domains} selection={selection} nameProject={project ? null : nameProject} />
        )}
      </Card>
      {list.hasNextPage && (
        <Button className="self-center" mayRepeat isBusy={list.isFetchingNextPage} onClick={() => showMore(list)}>
          Show more
        </Button>
      )}
      <BulkBar scope={scope} filter={wish} selection={selection} total={total} canWrite={canWrite} />
      {isAdding && project && (
        <AddDomainDialog project={project} initial={isAdding.name} onClose={() => setAdding(null)} />
      )}
    </Page>
  );
}

/** Choosing all states takes the state out of the address. */
function changeState(change: (next: ListSearch) => void, state: ListSearch['state']): void {
  change({ state } as ListSearch);
}

/** What stands in the field of the search: ahead of the address while somebody types, and the address's after Back. */
function useTypedSearch(q: string, onPause: (q: string) => void): { typed: string; setTyped(text: string): void } {
  const [typed, setTyped] = useState(q);
  const written = useRef(q);
  const write = useRef(onPause);
  write.current = onPause;
  useEffect(() => {
    if (typed === written.current) return;
    const timer = setTimeout(() => {
      written.current = typed;
      write.current(typed);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    if (q === written.current) return;
    written.current = q;
    setTyped(q);
  }, [q]);
  return { typed, setTyped };
}

/** Keeps the list in step with live updates: a row that is shown is changed in place, at the cost of no request. */
function useFollowedList(scope: ListScope, isOnePage: boolean): void {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: domainListKey(scope) });
  // Of a long list all pages would come again, for a domain that may be on none of them.
  const catchUp = () =>
    void client.invalidateQueries({ queryKey: isOnePage ? domainListKey(scope) : domainCountsKey(scope) });
  const catchUpSoon = useThrottled(catchUp);
  useLiveUpdates<'GET /api/projects/:projectId/domains/live'>(
    scope === null
      ? formatCallUrl('GET /api/domains/live', {})
      : formatCallUrl('GET /api/projects/:projectId/domains/live', { projectId: scope }),
    {
      domain: (newest) => updateListedDomain(client, scope, newest) || catchUpSoon(),
      deleted: ({ id }) => removeListedDomain(client, scope, id) || catchUpSoon(),
    },
    refresh,
  );
}

/** However often it is called, `run` runs at most once in `THROTTLE_MS`. */
function useThrottled(run: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, THROTTLE_MS);
  };
}
