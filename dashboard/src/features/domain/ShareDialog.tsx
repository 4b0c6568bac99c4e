import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/call.ts';
import { type Domain, type ShareLink, shareLinksQuery } from '../../api/domains.ts';
import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { FormError } from '../../components/FormError.tsx';
import { Moment, RelativeTime } from '../../components/RelativeTime.tsx';
import { Select } from '../../components/Select.tsx';
import { showToast } from '../../components/toast-store.ts';
import { formatEmailText } from './email-text.ts';
import { Fold } from './Fold.tsx';
import { endOfTerm, LINK_TERMS } from './link-terms.ts';
import type { RecordRow } from './record-rows.ts';

/** Makes and revokes links to a page that shows this one domain to whoever owns the DNS, without a sign-in. */
export function ShareDialog({
  projectId,
  domain,
  rows,
  provider,
  onClose,
}: {
  projectId: string;
  domain: Domain;
  rows: readonly RecordRow[];
  provider: string | null;
  onClose(): void;
}) {
  const [days, setDays] = useState('30');
  const [recipient, setRecipient] = useState('');
  const client = useQueryClient();
  const params = { projectId, domainId: domain.id };
  const links = useQuery(shareLinksQuery(projectId, domain.id));
  const refresh = () => client.invalidateQueries({ queryKey: shareLinksQuery(projectId, domain.id).queryKey });
  const create = useMutation({
    mutationFn: () =>
      call('POST /api/projects/:projectId/domains/:domainId/share-links', {
        params,
        body: {
          expiresAt: endOfTerm(days),
          ...(recipient.trim() !== '' && { recipient: recipient.trim() }),
        },
      }),
    onSuccess: refresh,
  });
  const revoke = useMutation({
    mutationFn: (link: ShareLink) =>
      call('DELETE /api/projects/:projectId/domains/:domainId/share-links/:linkId', {
        params: { ...params, linkId: link.id },
      }),
    onSuccess: async (_, link) => {
      if (create.data?.id === link.id) create.reset();
      await refresh();
      showToast('Link revoked');
    },
  });
  const open = links.data?.shareLinks.filter(({ state }) => state === 'open') ?? [];
  const ended = links.data?.shareLinks.filter(({ state }) => state !== 'open') ?? [];
  return (
    <Dialog title={`Share ${domain.domainName}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="max-w-prose text-muted">
          Anyone with the link can see these records and their status. No account needed; read-only.
        </p>
        <FormError error={create.error ?? revoke.error ?? links.error} />
        {create.data ? (
          <div className="flex flex-col gap-2">
            <div className="flex items-start gap-1 rounded-control bg-sunken py-1 pr-1 pl-3">
              <code data-testid="share-url" className="min-w-0 flex-1 py-1.5 font-mono text-small break-all">
                {create.data.url}
              </code>
              <CopyButton value={create.data.url} what="the link" />
            </div>
            <p className="text-small text-muted">Copy this link now. You won’t see it again.</p>
            <CopyButton
              value={formatEmailText(domain.domainName, rows, { provider, url: create.data.url })}
              what="an email with the records and the link"
              label="Copy as email text"
              className="self-start"
            />
          </div>
        ) : (
          <form
            className="flex flex-wrap items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              if (!create.isPending) create.mutate();
            }}
          >
            <Field
              label="For (optional)"
              placeholder="jo@example.com"
              className="min-w-48 flex-1 basis-full"
              hint="A name or an address, so you can tell links apart."
              value={recipient}
              maxLength={200}
              autoComplete="off"
              onChange={(event) => setRecipient(event.target.value)}
            />
            <Select
              label="Expires after"
              className="flex-1"
              value={days}
              options={LINK_TERMS}
              onChange={(event) => setDays(event.target.value)}
            />
            <Button type="submit" variant="primary" isBusy={create.isPending}>
              Create link
            </Button>
          </form>
        )}
        {open.length > 0 && (
          <section>
            <h3 className="border-t border-hairline pt-4 text-small font-medium">Active links</h3>
            <ul>
              {open.map((link) => (
                <li key={link.id} className="flex min-h-11 items-center justify-between gap-4 py-1 text-small">
                  <LinkFacts link={link} />
                  <Button isBusy={revoke.isPending} onClick={() => revoke.mutate(link)}>
                    Revoke
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {ended.length > 0 && (
          <div className="-mx-5 -mb-5 border-t border-hairline px-1 text-small">
            <Fold title={`Expired and revoked (${ended.length})`}>
              <ul className="px-4 pb-4">
                {ended.map((link) => (
                  <li key={link.id} className="py-1">
                    <LinkFacts link={link} />
                  </li>
                ))}
              </ul>
            </Fold>
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** Whose link it is, who made it, and whether it was opened. */
function LinkFacts({ link }: { link: ShareLink }) {
  return (
    <div className="min-w-0 text-muted">
      {link.recipient !== null && <p className="font-medium text-ink [overflow-wrap:anywhere]">For {link.recipient}</p>}
      <p>
        {link.firstOpenedAt === null || link.lastOpenedAt === null ? (
          'Not opened yet'
        ) : (
          <>
            Opened <RelativeTime at={link.lastOpenedAt} />
            {link.firstOpenedAt !== link.lastOpenedAt && (
              <>
                , first on <Moment at={link.firstOpenedAt} />
              </>
            )}
          </>
        )}
      </p>
      <p>
        Created {link.createdBy ? `by ${link.createdBy} ` : ''}
        {link.isCreatorGone && <span className="text-attention">(no longer in this project) </span>}
        on <Moment at={link.createdAt} /> · {link.state === 'open' ? 'expires' : link.state}
        {link.state !== 'revoked' && (
          <>
            {' '}
            <Moment at={link.expiresAt} />
          </>
        )}
      </p>
    </div>
  );
}
