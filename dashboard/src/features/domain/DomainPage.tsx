/*
 * One domain. `DomainPage` loads it and follows live updates; `DomainView` lays out what the shared page shows as
 * well: status, records, findings. Rows are built by `record-rows.ts` and `key-rows.ts`, without React, and drawn
 * by `RecordsTable`; actions open a dialog (`ShareDialog`, `DeleteDomain`); keys are in `keys/`. Words of findings come from the
 * server. Text out of DNS is shown as text, never as markup.
 */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronLeft, Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { call, formatCallUrl } from '../../api/call.ts';
import {
  type Domain,
  diagnosticsQuery,
  domainKey,
  domainQuery,
  eventsQuery,
  findListedDomain,
  setupOfferQuery,
} from '../../api/domains.ts';
import { useLiveUpdates } from '../../api/live.ts';
import { isNotFound } from '../../api/request-error.ts';
import { showMore } from '../../api/show-more.ts';
import { showNewest } from '../../api/show-newest.ts';
import { Button } from '../../components/Button.tsx';
import { Card } from '../../components/Card.tsx';
import { copyText } from '../../components/copy-text.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Menu } from '../../components/Menu.tsx';
import { readTime } from '../../components/now.ts';
import { showToast } from '../../components/toast-store.ts';
import { describeListed } from '../domains/describe-listed.ts';
import { hasOffer } from '../setup-link/has-offer.ts';
import { OneClick } from '../setup-link/OneClick.tsx';
import { SetupReturn } from '../setup-link/SetupReturn.tsx';
import { NotFoundPage } from '../shell/NotFoundPage.tsx';
import { useProject } from '../shell/use-project.ts';
import { ApiUse } from './ApiUse.tsx';
import { CheckResult } from './CheckResult.tsx';
import { DeleteDomain } from './DeleteDomain.tsx';
import { DomainPlaceholder, DomainView } from './DomainView.tsx';
import { DownloadMenu } from './DownloadMenu.tsx';
import { formatEmailText } from './email-text.ts';
import { Fold } from './Fold.tsx';
import { History } from './History.tsx';
import { buildAllRows } from './key-rows.ts';
import { KeysCard } from './keys/KeysCard.tsx';
import { isNewlyVerified, NextSteps } from './NextSteps.tsx';
import { ProofCard } from './ProofCard.tsx';
import { AutoPublishCard } from './publishing/AutoPublishCard.tsx';
import { PublishDialog } from './publishing/PublishDialog.tsx';
import { countOpen } from './record-rows.ts';
import { ShareDialog } from './ShareDialog.tsx';

/** Where the customer's IT person lives: the records, what is wrong with them, and when we check again. */
export function DomainPage() {
  const { projectId, domainId } = useParams({ from: '/app/projects/$projectId/domains/$domainId' });
  const { canWrite } = useProject();
  const client = useQueryClient();
  const domain = useQuery(domainQuery(projectId, domainId));
  // Both are shown together, so that nothing moves when the second one comes.
  const diagnostics = useQuery(diagnosticsQuery(projectId, domainId));
  if (isNotFound(domain.error)) return <NotFoundPage />;
  if (domain.data && !diagnostics.isPending)
    return <LoadedDomain domain={domain.data} projectId={projectId} canWrite={canWrite} />;
  const listed = findListedDomain(client, projectId, domainId);
  return (
    <DomainPlaceholder
      title={listed ? (listed.unicodeName ?? listed.domainName) : 'Domain'}
      back={<BackToList projectId={projectId} />}
      known={listed && describeListed(listed)}
      what="Couldn’t load this domain"
      error={domain.error}
      onRetry={() => domain.refetch()}
    />
  );
}

function BackToList({ projectId }: { projectId: string }) {
  return (
    <Link
      to="/projects/$projectId/domains"
      params={{ projectId }}
      className="inline-flex items-center gap-1 text-muted hover:text-ink max-md:min-h-11"
    >
      <ChevronLeft aria-hidden="true" size={16} /> Domains
    </Link>
  );
}

function LoadedDomain({ domain, projectId, canWrite }: { domain: Domain; projectId: string; canWrite: boolean }) {
  const [dialog, setDialog] = useState<'share' | 'publish' | 'delete' | null>(null);
  const client = useQueryClient();
  const key = domainKey(projectId, domain.id);
  const diagnostics = useQuery(diagnosticsQuery(projectId, domain.id));
  const history = useInfiniteQuery(eventsQuery(projectId, domain.id));
  const events = history.data?.pages.flatMap((page) => page.events);
  const params = { projectId, domainId: domain.id };
  const refresh = () => void client.invalidateQueries({ queryKey: key });
  useLiveUpdates<'GET /api/projects/:projectId/domains/:domainId/live'>(
    formatCallUrl('GET /api/projects/:projectId/domains/:domainId/live', params),
    {
      domain(newest) {
        showNewest(client, domainQuery(projectId, domain.id), newest);
        void client.invalidateQueries({ queryKey: diagnosticsQuery(projectId, domain.id).queryKey });
        void client.invalidateQueries({ queryKey: eventsQuery(projectId, domain.id).queryKey });
      },
      deleted: refresh,
    },
    refresh,
  );
  const verify = useMutation({
    mutationFn: () => call('POST /api/projects/:projectId/domains/:domainId/verify', { params }),
    onSettled: refresh,
    onSuccess: ({ seen: _seen, ...newest }) => showNewest(client, domainQuery(projectId, domain.id), newest),
    onError: (error) => showToast(error.message),
  });

  const rows = buildAllRows(domain, diagnostics.data, events);
  const isDone = domain.verificationStatus === 'VERIFIED';
  const live = rows.filter(({ state }) => state === 'verified').length;
  const offer = useQuery({
    ...setupOfferQuery(projectId, domain.id, live),
    enabled: canWrite && live < rows.length,
  });
  const isOffered = live < rows.length && hasOffer(offer.data);
  const provider = diagnostics.data?.zone?.provider?.name ?? null;
  const { project } = useProject();
  // Whatever a domain of a test project says, no mail can be sent from it.
  const steps = !project?.isTest && (
    <NextSteps projectId={projectId} domain={domain} provider={diagnostics.data?.provider} />
  );
  // The DNS of a test project is simulated; where every record is right, there is nothing to publish.
  const canPublish = canWrite && !project?.isTest && live < rows.length;
  const isNew = isNewlyVerified(domain, readTime());
  const copyId = async () => {
    const isCopied = await copyText(domain.id);
    showToast(isCopied ? 'Copied the domain ID' : `Your browser blocked copying. The ID is ${domain.id}.`);
  };
  const copyAsEmail = async () => {
    const isCopied = await copyText(formatEmailText(domain.domainName, rows, { provider, url: null }));
    showToast(isCopied ? 'Copied the email text' : 'Your browser blocked copying. Use Share or Download instead.');
  };

  return (
    <>
      <DomainView
        title={domain.unicodeName ?? domain.domainName}
        back={<BackToList projectId={projectId} />}
        domain={domain}
        regionKey={domain.regionKey}
        diagnostics={diagnostics.data}
        rows={rows}
        actions={
          <>
            {canWrite && (
              <Button
                variant={isDone || isOffered ? 'secondary' : 'primary'}
                isBusy={verify.isPending}
                onClick={() => verify.mutate()}
              >
                {verify.isPending ? 'Checking…' : domain.checkedAt === null ? 'Check now' : 'Check again'}
              </Button>
            )}
            <Menu
              label="More"
              trigger={<Ellipsis aria-hidden="true" size={16} />}
              entries={[
                { label: 'Copy domain ID', hint: domain.id, onSelect: copyId },
                { label: 'Copy as email text', hint: 'for whoever manages the DNS', onSelect: copyAsEmail },
                ...(canWrite ? [{ label: 'Delete…', isDangerous: true, onSelect: () => setDialog('delete') }] : []),
              ]}
            />
          </>
        }
        notice={
          <>
            <SetupReturn />
            <OneClick
              offer={isOffered ? offer.data : undefined}
              onCreate={() => call('POST /api/projects/:projectId/domains/:domainId/setup-link', { params })}
            />
            <CheckResult seen={verify.data?.seen} checkedAt={domain.checkedAt} />
            {diagnostics.error && (
              <Card label="Findings">
                <ErrorState
                  what="Couldn’t load the last check"
                  error={diagnostics.error}
                  onRetry={() => diagnostics.refetch()}
                />
              </Card>
            )}
          </>
        }
        next={isNew && steps}
        recordActions={
          <>
            {canPublish && <Button onClick={() => setDialog('publish')}>Publish these records</Button>}
            {canWrite && <Button onClick={() => setDialog('share')}>Share</Button>}
            <DownloadMenu {...params} providerName={provider ?? undefined} {...countOpen(rows)} />
          </>
        }
        folds={
          <>
            {domain.verifiedAt === undefined && (
              <Fold title="DKIM keys">
                <KeysCard projectId={projectId} domain={domain} canWrite={canWrite} />
              </Fold>
            )}
            <Fold title="Use it in the API">
              <ApiUse domain={domain} />
            </Fold>
            <Fold title="History">
              <History
                events={events}
                error={history.error}
                isLoadingMore={history.isFetchingNextPage}
                onMore={history.hasNextPage ? () => showMore(history) : null}
                onRetry={() => history.refetch()}
              />
              {canWrite && (
                <p className="px-4 pb-4 text-small text-muted">
                  Who shared it, and which links were revoked, is in the{' '}
                  <Link
                    to="/projects/$projectId/audit-log"
                    params={{ projectId }}
                    className="text-accent underline underline-offset-2"
                  >
                    audit log
                  </Link>
                  .
                </p>
              )}
            </Fold>
          </>
        }
      >
        {isDone && !isNew && steps}
        {!project?.isTest && (
          <AutoPublishCard
            projectId={projectId}
            domain={domain}
            onPublish={canWrite ? () => setDialog('publish') : null}
          />
        )}
        {/* Before a domain is verified, its keys are of no use to anybody: the records come first. */}
        {domain.verifiedAt === undefined ? null : (
          <KeysCard projectId={projectId} domain={domain} canWrite={canWrite} />
        )}
        {canWrite && isDone && <ProofCard {...params} />}
      </DomainView>
      {dialog === 'share' && (
        <ShareDialog
          projectId={projectId}
          domain={domain}
          rows={rows}
          provider={provider}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === 'publish' && <PublishDialog projectId={projectId} domain={domain} onClose={() => setDialog(null)} />}
      {dialog === 'delete' && <DeleteDomain domain={domain} projectId={projectId} onClose={() => setDialog(null)} />}
    </>
  );
}
