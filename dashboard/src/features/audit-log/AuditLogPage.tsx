/*
 * Who did what. `AuditLogPage` lists the entries of a project, for its owners and admins, or of the whole
 * installation, for its owner; `describe-entry.ts` makes sentences of them. Nothing here changes anything.
 */

import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { type AuditEntry, auditLogQuery, formatAuditExportUrl } from '../../api/audit-log.ts';
import { showMore } from '../../api/show-more.ts';
import { Button, buttonClasses } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { Select } from '../../components/Select.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { describeDeed, KINDS, listChanges, nameActor } from './describe-entry.ts';

/** The audit log of a project, or of the whole installation. */
export function AuditLogPage() {
  const { project, account, canWrite } = useProject();
  const [kind, setKind] = useState('');
  const [scope, setScope] = useState<'project' | 'installation'>('project');
  const choice = { projectId: scope === 'project' ? (project?.id ?? '') : null, kind };
  const log = useInfiniteQuery({ ...auditLogQuery(choice), enabled: canWrite });
  if (!project || !canWrite) return <NotFoundPage />;
  const entries = log.data?.pages.flatMap((page) => page.entries);
  return (
    <Page
      title="Audit log"
      intro="Who did what, and from where. Entries are kept for 400 days and can’t be changed."
      actions={
        <a href={formatAuditExportUrl(choice)} download className={buttonClasses()}>
          <Download aria-hidden="true" size={16} /> Export
        </a>
      }
    >
      <div className="flex flex-wrap gap-4">
        <Select
          label="Show"
          className="w-56"
          value={kind}
          options={KINDS}
          onChange={(event) => setKind(event.target.value)}
        />
        {account.isInstanceOwner && (
          <Select
            label="In"
            className="w-56"
            value={scope}
            options={[
              { value: 'project', label: project.name },
              { value: 'installation', label: 'The whole installation' },
            ]}
            onChange={(event) => setScope(event.target.value === 'installation' ? 'installation' : 'project')}
          />
        )}
      </div>
      <Card label="Entries">
        {entries === undefined ? (
          log.error ? (
            <ErrorState what="Couldn’t load the audit log" error={log.error} onRetry={() => log.refetch()} />
          ) : (
            <Skeleton rows={5} className="h-14" />
          )
        ) : entries.length === 0 ? (
          <EmptyState title="No entries">
            <p>Nothing of this kind in the last 400 days.</p>
          </EmptyState>
        ) : (
          <ol className="divide-y divide-hairline">
            {entries.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
      </Card>
      {log.hasNextPage && (
        <Button className="self-start" mayRepeat isBusy={log.isFetchingNextPage} onClick={() => showMore(log)}>
          Show older
        </Button>
      )}
    </Page>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  return (
    <li className="flex flex-wrap justify-between gap-x-4 gap-y-1 px-4 py-3">
      <div className="min-w-0 flex-1 basis-full [overflow-wrap:anywhere] sm:basis-0">
        <p>
          <span className="font-medium">{nameActor(entry)}</span> {describeDeed(entry)}
        </p>
        {listChanges(entry).map(({ name, before, after }) => (
          <p key={name} className="text-small text-muted">
            {name}: {before !== null && after !== null ? `${before} → ${after}` : (after ?? before)}
          </p>
        ))}
      </div>
      <p className="text-small text-muted sm:text-right">
        <RelativeTime at={entry.at} />
        {entry.address && (
          <>
            <br />
            from <span className="[overflow-wrap:anywhere]">{entry.address}</span>
          </>
        )}
      </p>
    </li>
  );
}
