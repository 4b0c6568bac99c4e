import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type DomainFilter, fetchRecordsCsv, type ListScope, listAllDomains } from '../../api/domains.ts';
import { Button } from '../../components/Button.tsx';
import { Menu } from '../../components/Menu.tsx';
import { saveFile } from '../../components/save-file.ts';
import { showToast } from '../../components/toast-store.ts';
import { useProject } from '../shell/use-project.ts';
import { BulkCheck, BulkDelete, BulkShare, countDomains } from './BulkDialogs.tsx';
import { formatDomainsCsv, joinRecordsCsv } from './bulk-csv.ts';
import { runEach } from './run-each.ts';
import type { Selected, Selection } from './selection.ts';

/** What can be done with the domains that are selected; always in sight while there are some. */
export function BulkBar({
  scope,
  filter,
  selection,
  total,
  canWrite,
}: {
  scope: ListScope;
  filter: DomainFilter;
  selection: Selection;
  /** How many domains the filter lets through. */
  total: number;
  canWrite: boolean;
}) {
  const [dialog, setDialog] = useState<'check' | 'share' | 'delete' | null>(null);
  // What is selected may change while a dialog works on it.
  const [chosen, setChosen] = useState<readonly Selected[]>([]);
  const { account } = useProject();
  const domains = [...selection.domains.values()];
  const selectAll = useMutation({
    mutationFn: () => listAllDomains(scope, filter),
    onSuccess: (all) => selection.set(all),
    onError: (error) => showToast(error.message),
  });
  const exported = useExport(scope, (id) => account.projects.find((project) => project.id === id)?.name ?? '');
  const open = (which: NonNullable<typeof dialog>) => {
    setChosen(domains);
    setDialog(which);
  };
  const close = () => setDialog(null);
  if (domains.length === 0 && dialog === null) return null;
  return (
    <section
      aria-label="Selected domains"
      className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 rounded-box border border-accent bg-card px-3 py-2 sm:px-4"
    >
      <p role="status" className="font-medium">
        {domains.length} selected
      </p>
      {total > domains.length && (
        <Button variant="quiet" isBusy={selectAll.isPending} onClick={() => selectAll.mutate()}>
          Select all {total}
        </Button>
      )}
      <Button variant="quiet" className="mr-auto" onClick={selection.clear}>
        Clear
      </Button>
      {canWrite && (
        <>
          <Button onClick={() => open('check')}>Check</Button>
          <Button onClick={() => open('share')}>Share…</Button>
        </>
      )}
      <Menu
        label="Export"
        isAbove
        trigger="Export"
        entries={[
          {
            label: 'Domains as CSV',
            hint: 'their status, one line each',
            onSelect: () => exported.mutate({ domains, of: 'domains' }),
          },
          {
            label: 'DNS records as CSV',
            hint: 'all records to publish',
            onSelect: () => exported.mutate({ domains, of: 'records' }),
          },
        ]}
      />
      {canWrite && <Button onClick={() => open('delete')}>Delete…</Button>}
      {dialog === 'check' && <BulkCheck domains={chosen} onClose={close} />}
      {dialog === 'share' && <BulkShare domains={chosen} onClose={close} />}
      {dialog === 'delete' && (
        <BulkDelete domains={chosen} scope={scope} onDeleted={(left) => selection.set(left)} onClose={close} />
      )}
    </section>
  );
}

/** Saves the selected domains, or their records, as a file. */
function useExport(scope: ListScope, nameProject: (id: string) => string) {
  return useMutation({
    mutationFn: async ({ domains, of }: { domains: readonly Selected[]; of: 'domains' | 'records' }) => {
      if (of === 'domains') {
        const ids = new Set(domains.map(({ id }) => id));
        // Read anew: what was selected a while ago, or under another filter, may stand elsewhere by now.
        const all = (await listAllDomains(scope, {})).filter(({ id }) => ids.has(id));
        saveFile('domains.csv', formatDomainsCsv(all, nameProject), 'text/csv');
        return { missing: domains.length - all.length };
      }
      const texts = new Map<string, string>();
      const failures = await runEach(
        domains,
        async ({ projectId, id }) => texts.set(id, await fetchRecordsCsv(projectId, id)),
        () => undefined,
      );
      const files = domains.flatMap(({ id, domainName }) => {
        const text = texts.get(id);
        return text === undefined ? [] : [{ domainName, text }];
      });
      if (files.length > 0) saveFile('dns-records.csv', joinRecordsCsv(files), 'text/csv');
      return { missing: failures.length };
    },
    onSuccess: ({ missing }) =>
      showToast(missing === 0 ? 'Exported' : `Exported, without ${countDomains(missing)} that couldn’t be read`),
    onError: (error) => showToast(error.message),
  });
}
