import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call } from '../../api/call.ts';
import { domainCountsKey, removeListedDomain } from '../../api/domains.ts';
import { isNotFound } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { FormDialog } from '../../components/FormDialog.tsx';
import { Select } from '../../components/Select.tsx';
import { saveFile } from '../../components/save-file.ts';
import { endOfTerm, LINK_TERMS } from '../domain/link-terms.ts';
import { BulkProgress } from './BulkProgress.tsx';
import { formatLinksCsv, formatLinksTable, type MadeLink } from './bulk-csv.ts';
import type { Selected } from './selection.ts';
import { useEach } from './use-each.ts';

interface BulkProps {
  readonly domains: readonly Selected[];
  onClose(): void;
}

const paramsOf = ({ projectId, id }: Selected) => ({ projectId, domainId: id });
/** A number of domains, in words. */
export const countDomains = (count: number) => (count === 1 ? '1 domain' : `${count} domains`);

/** Checks the selected domains, one after the other, and says which could not be checked. */
export function BulkCheck({ domains, onClose }: BulkProps) {
  const check = useEach<Selected>(
    (domain) => call('POST /api/projects/:projectId/domains/:domainId/verify', { params: paramsOf(domain) }),
    () => undefined,
  );
  const { start } = check;
  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    start(domains);
  }, [start, domains]);
  return (
    <Dialog title={`Check ${countDomains(domains.length)}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <BulkProgress each={check} all={domains.length} verb="Checked" />
        <p className="text-small text-muted">The list shows what was found as it comes in.</p>
        <div className="flex justify-end">
          <Button variant={check.isDone ? 'primary' : 'secondary'} onClick={onClose}>
            {check.isDone ? 'Done' : 'Stop'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Makes a share link for each of the selected domains, to copy as a table or to download. */
export function BulkShare({ domains, onClose }: BulkProps) {
  const [days, setDays] = useState('30');
  const links = useRef(new Map<string, MadeLink>());
  const share = useEach<Selected>(
    async (domain) => {
      const { url, expiresAt } = await call('POST /api/projects/:projectId/domains/:domainId/share-links', {
        params: paramsOf(domain),
        body: { expiresAt: endOfTerm(days) },
      });
      links.current.set(domain.id, { domainName: domain.unicodeName ?? domain.domainName, url, expiresAt });
    },
    () => undefined,
  );
  // In the order of the list, not in that of the answers.
  const made = share.isDone ? domains.flatMap(({ id }) => links.current.get(id) ?? []) : [];
  return (
    <Dialog
      title={`Share ${countDomains(domains.length)}`}
      width="max-w-2xl"
      isHeld={share.isRunning || made.length > 0}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4">
        <p className="max-w-prose text-muted">
          Each domain gets its own link. Anyone with a link can see that domain’s records and their status. No account
          needed; read-only.
        </p>
        <BulkProgress each={share} all={domains.length} verb="Created links for" />
        {made.length > 0 && (
          <>
            <section aria-label="Links" className="max-h-72 overflow-auto rounded-control bg-sunken">
              <table className="w-full text-left text-small">
                <caption className="sr-only">The link of each domain</caption>
                <thead>
                  <tr>
                    <th scope="col" className="px-3 py-2 font-medium">
                      Domain
                    </th>
                    <th scope="col" className="px-3 py-2 font-medium">
                      Link
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {made.map(({ domainName, url }) => (
                    <tr key={url} className="border-t border-hairline align-top">
                      <th scope="row" className="min-w-44 px-3 py-2 font-normal [overflow-wrap:anywhere]">
                        {domainName}
                      </th>
                      <td className="px-3 py-2 font-mono break-all">{url}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            <p className="text-small text-muted">Copy these links now. You won’t see them again.</p>
          </>
        )}
        <div className="flex flex-wrap items-end justify-end gap-2">
          {share.isDone ? (
            <>
              {made.length > 0 && (
                <>
                  <CopyButton value={formatLinksTable(made)} what="the links as a table" label="Copy table" />
                  <Button onClick={() => saveFile('share-links.csv', formatLinksCsv(made), 'text/csv')}>
                    Download CSV
                  </Button>
                </>
              )}
              <Button variant="primary" onClick={onClose}>
                Done
              </Button>
            </>
          ) : (
            <>
              <Select
                label="Expire after"
                className="mr-auto w-full sm:w-40"
                value={days}
                options={LINK_TERMS}
                disabled={share.isRunning}
                onChange={(event) => setDays(event.target.value)}
              />
              <Button onClick={onClose}>{share.isRunning ? 'Stop' : 'Cancel'}</Button>
              <Button variant="primary" isBusy={share.isRunning} onClick={() => share.start(domains)}>
                Create {domains.length === 1 ? '1 link' : `${domains.length} links`}
              </Button>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** Deletes the selected domains, after somebody has typed how many they are. */
export function BulkDelete({
  domains,
  scope,
  onDeleted,
  onClose,
}: BulkProps & { scope: string | null; onDeleted(left: readonly Selected[]): void }) {
  const [typed, setTyped] = useState('');
  const client = useQueryClient();
  const remove = useEach<Selected>(
    async (domain) => {
      await call('DELETE /api/projects/:projectId/domains/:domainId', {
        params: paramsOf(domain),
        body: { confirm: domain.domainName },
      });
      removeListedDomain(client, scope, domain.id);
    },
    (failures) => {
      void client.invalidateQueries({ queryKey: domainCountsKey(scope) });
      // What is gone already needs no second try.
      onDeleted(failures.flatMap(({ item, error }) => (isNotFound(error) ? [] : [item])));
    },
  );
  const count = domains.length;
  if (remove.isDone || remove.isRunning)
    return (
      <Dialog title={`Delete ${countDomains(count)}`} isHeld={remove.isRunning} onClose={onClose}>
        <div className="flex flex-col gap-4">
          <BulkProgress each={remove} all={count} verb="Deleted" />
          <div className="flex justify-end">
            <Button variant={remove.isDone ? 'primary' : 'secondary'} onClick={onClose}>
              {remove.isDone ? 'Done' : 'Stop'}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title={`Delete ${countDomains(count)}`}
      submitLabel={`Delete ${countDomains(count)}`}
      isDangerous
      isDisabled={typed.trim() !== String(count)}
      isBusy={false}
      onSubmit={() => remove.start(domains)}
      onClose={onClose}
    >
      <p className="max-w-prose text-muted">
        {count === 1
          ? 'Mail from this domain will no longer be signed, and receivers may reject it. Its DKIM keys are permanently deleted and its share links stop working. This can’t be undone.'
          : 'Mail from these domains will no longer be signed, and receivers may reject it. Their DKIM keys are permanently deleted and their share links stop working. This can’t be undone.'}
      </p>
      <p className="max-w-prose text-small text-muted">
        Records that we published are removed from DNS, the DKIM records after 7 days.
      </p>
      <ul className="max-h-40 overflow-auto rounded-control bg-sunken px-3 py-2 text-small [overflow-wrap:anywhere]">
        {domains.map(({ id, domainName, unicodeName }) => (
          <li key={id}>{unicodeName ?? domainName}</li>
        ))}
      </ul>
      <Field
        label={`Type ${count} to delete ${countDomains(count)}`}
        value={typed}
        inputMode="numeric"
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
      />
    </FormDialog>
  );
}
