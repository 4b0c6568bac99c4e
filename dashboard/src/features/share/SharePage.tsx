import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCallUrl } from '../../api/call.ts';
import { type SharedDomain, sharedDiagnosticsQuery, sharedDomainQuery } from '../../api/domains.ts';
import { useLiveUpdates } from '../../api/live.ts';
import { isNotFound } from '../../api/request-error.ts';
import { Card } from '../../components/Card.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { DomainStatus } from '../domain/DomainStatus.tsx';
import { DownloadMenu } from '../domain/DownloadMenu.tsx';
import { Fold } from '../domain/Fold.tsx';
import { RecordsCard } from '../domain/RecordsCard.tsx';
import { buildRecordRows, describeDomain } from '../domain/record-rows.ts';
import { ServerAnswers } from '../domain/ServerAnswers.tsx';

/** One domain, for whoever owns its DNS and has the link: the records and how they stand, live. */
export function SharePage() {
  const { token } = useParams({ from: '/share/$token' });
  const domain = useQuery(sharedDomainQuery(token));
  // Both are shown together, so that nothing moves when the second one comes.
  const diagnostics = useQuery(sharedDiagnosticsQuery(token));
  const [isEnded, setEnded] = useState(false);
  if (isEnded || isNotFound(domain.error))
    return (
      <Page title="Link ended" heading={<span className="sr-only">Link ended</span>}>
        <EmptyState title="This link does not work any more">
          <p>It has run out or was revoked. Ask whoever sent it for a new one.</p>
        </EmptyState>
      </Page>
    );
  if (domain.data && !diagnostics.isPending)
    return <SharedRecords token={token} domain={domain.data} onEnded={() => setEnded(true)} />;
  return (
    <Page title="DNS records" heading={<span className="invisible">DNS records</span>}>
      <Card label="Records">
        {domain.error ? (
          <ErrorState what="The records could not be shown" error={domain.error} onRetry={() => domain.refetch()} />
        ) : (
          <Skeleton rows={5} className="h-18" />
        )}
      </Card>
    </Page>
  );
}

function SharedRecords({ token, domain, onEnded }: { token: string; domain: SharedDomain; onEnded(): void }) {
  const client = useQueryClient();
  const diagnostics = useQuery(sharedDiagnosticsQuery(token));
  const refresh = () => void client.invalidateQueries({ queryKey: ['share', token] });
  useLiveUpdates<'GET /api/share/:token/live'>(
    formatCallUrl('GET /api/share/:token/live', { token }),
    {
      domain(newest) {
        client.setQueryData(sharedDomainQuery(token).queryKey, newest);
        void client.invalidateQueries({ queryKey: sharedDiagnosticsQuery(token).queryKey });
      },
      ended: onEnded,
    },
    refresh,
  );
  const rows = buildRecordRows(domain, diagnostics.data);
  const { state, word } = describeDomain(domain, rows);
  const isLive = domain.isLooking || domain.verificationInProgress;
  return (
    <Page
      title={`DNS records of ${domain.domainName}`}
      heading={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {domain.domainName}
          <span className="text-base" data-testid="domain-state">
            <StateMark state={state} word={word} isLive={isLive} />
          </span>
        </span>
      }
      intro={<DomainStatus domain={domain} diagnostics={diagnostics.data} />}
    >
      <RecordsCard
        domainName={domain.domainName}
        isLive={isLive}
        diagnostics={diagnostics.data}
        rows={rows}
        actions={<DownloadMenu token={token} />}
      />
      <Card label="Details">
        <Fold title="Every answer, server by server">
          <ServerAnswers rows={rows} zone={diagnostics.data?.zone ?? null} />
        </Fold>
      </Card>
      <p className="text-small text-muted">
        You were sent this page by whoever sends mail from {domain.domainName}. It changes by itself as records are
        found, and works until <Moment at={domain.linkExpiresAt} />.
      </p>
    </Page>
  );
}
