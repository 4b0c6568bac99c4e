/*
 * What a share link shows: one domain, live, to somebody without an account. It is put together from the parts of
 * `domain/`, with no action but to check again, and it ends as soon as the link is revoked. It knows nothing but the token in its
 * address, and calls only what the contract makes public.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { call, formatCallUrl } from '../../api/call.ts';
import { type SharedDomain, sharedDiagnosticsQuery, sharedDomainQuery } from '../../api/domains.ts';
import { useLiveUpdates } from '../../api/live.ts';
import { isNotFound } from '../../api/request-error.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Page } from '../../components/Page.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { CheckResult } from '../domain/CheckResult.tsx';
import { DomainPlaceholder, DomainView } from '../domain/DomainView.tsx';
import { DownloadMenu } from '../domain/DownloadMenu.tsx';
import { buildAllRows } from '../domain/key-rows.ts';

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
        <EmptyState title="This link has expired or was revoked">
          <p>Ask the person who sent it for a new one.</p>
        </EmptyState>
      </Page>
    );
  if (domain.data && !diagnostics.isPending)
    return <SharedRecords token={token} domain={domain.data} onEnded={() => setEnded(true)} />;
  return (
    <DomainPlaceholder
      title="DNS records"
      what="Couldn’t load the records"
      error={domain.error}
      onRetry={() => domain.refetch()}
    />
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
  const check = useMutation({
    mutationFn: () => call('POST /api/share/:token/check', { params: { token } }),
    onSuccess: ({ seen: _seen, ...newest }) => client.setQueryData(sharedDomainQuery(token).queryKey, newest),
    onSettled: refresh,
  });
  return (
    <DomainView
      title={`DNS records of ${domain.domainName}`}
      domain={domain}
      diagnostics={diagnostics.data}
      rows={buildAllRows(domain, diagnostics.data)}
      actions={
        <Button isBusy={check.isPending} onClick={() => check.mutate()}>
          Check again
        </Button>
      }
      notice={<CheckResult seen={check.data?.seen} error={check.error} />}
      recordActions={<DownloadMenu token={token} providerName={diagnostics.data?.zone?.provider?.name} />}
      footer={
        <p className="text-small text-muted">
          You were sent this page by whoever sends mail from {domain.domainName}. While it is open, we check every ten
          seconds, and it updates automatically as records are found. It works until{' '}
          <Moment at={domain.linkExpiresAt} />.
        </p>
      }
    />
  );
}
