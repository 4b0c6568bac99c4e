/*
 * What a share link shows: one domain, live, to somebody without an account. `ShareHeader` has the logo of whoever
 * asks, and `brand.ts` their color; `ShareIntro` says who asks and how it
 * is done, the records are those of `domain/`, `ShareProgress` stays in sight, and `last-visit.ts` says what
 * changed since. It ends as soon as the link is revoked. It knows nothing but the token in its address, and calls
 * only what the contract makes public.
 */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { call, formatCallUrl } from '../../api/call.ts';
import { type SharedDomain, sharedDiagnosticsQuery, sharedDomainQuery, sharedOfferQuery } from '../../api/domains.ts';
import { useLiveUpdates } from '../../api/live.ts';
import { isNotFound } from '../../api/request-error.ts';
import { showNewest } from '../../api/show-newest.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { readTime, setTimeAhead } from '../../components/now.ts';
import { Page } from '../../components/Page.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { CheckResult } from '../domain/CheckResult.tsx';
import { DomainPlaceholder, DomainView } from '../domain/DomainView.tsx';
import { DownloadMenu } from '../domain/DownloadMenu.tsx';
import { buildAllRows } from '../domain/key-rows.ts';
import { countOpen, type RecordRow } from '../domain/record-rows.ts';
import { hasOffer } from '../setup-link/has-offer.ts';
import { OneClick } from '../setup-link/OneClick.tsx';
import { SetupReturn } from '../setup-link/SetupReturn.tsx';
import { useBrandColor } from './brand.ts';
import { describeChanges, noteVisit, recallVisit, rememberVisit } from './last-visit.ts';
import { ShareHeader } from './ShareHeader.tsx';
import { ShareIntro } from './ShareIntro.tsx';
import { ShareProgress } from './ShareProgress.tsx';
import { TellWhenReady } from './TellWhenReady.tsx';

/** One domain, for whoever owns its DNS and has the link: the records and how they stand, live. */
export function SharePage() {
  const { token } = useParams({ from: '/share/$token' });
  const domain = useQuery(sharedDomainQuery(token));
  // Both are shown together, so that nothing moves when the second one comes.
  const diagnostics = useQuery(sharedDiagnosticsQuery(token));
  if (isNotFound(domain.error))
    return (
      <Page title="Link ended" heading={<span className="sr-only">Link ended</span>}>
        <EmptyState title="This link no longer works">
          <p>{domain.error?.message}</p>
        </EmptyState>
      </Page>
    );
  if (domain.data && !diagnostics.isPending) return <SharedRecords token={token} domain={domain.data} />;
  return (
    <DomainPlaceholder
      title="DNS records"
      what="Couldn’t load the records"
      error={domain.error}
      onRetry={() => domain.refetch()}
    />
  );
}

function SharedRecords({ token, domain }: { token: string; domain: SharedDomain }) {
  const client = useQueryClient();
  const diagnostics = useQuery(sharedDiagnosticsQuery(token));
  const refresh = () => void client.invalidateQueries({ queryKey: ['share', token] });
  useLiveUpdates<'GET /api/share/:token/live'>(
    formatCallUrl('GET /api/share/:token/live', { token }),
    {
      domain(newest) {
        showNewest(client, sharedDomainQuery(token), newest);
        void client.invalidateQueries({ queryKey: sharedDiagnosticsQuery(token).queryKey });
      },
      // Asked again, it says why it ended and whom to ask.
      ended: () => void client.resetQueries({ queryKey: sharedDomainQuery(token).queryKey }),
    },
    refresh,
  );
  const check = useMutation({
    mutationFn: () => call('POST /api/share/:token/check', { params: { token } }),
    onSuccess: ({ seen: _seen, ...newest }) => showNewest(client, sharedDomainQuery(token), newest),
    onSettled: refresh,
  });
  const rows = buildAllRows(domain, diagnostics.data);
  const live = rows.filter(({ state }) => state === 'verified').length;
  const offer = useQuery({ ...sharedOfferQuery(token, live), enabled: live < rows.length });
  const changes = useChanges(token, rows);
  useBrandColor(domain.from.brandColor);
  useEffect(() => setTimeAhead(domain.clockOffsetMs), [domain.clockOffsetMs]);
  return (
    <>
      <ShareHeader token={token} from={domain.from} />
      <DomainView
        title={`DNS records for ${domain.domainName}`}
        domain={domain}
        diagnostics={diagnostics.data}
        rows={rows}
        isForCustomer
        notice={
          <>
            <SetupReturn />
            <ShareIntro
              domain={domain}
              diagnostics={diagnostics.data}
              open={rows.length - live}
              oneClick={
                hasOffer(offer.data) && (
                  <OneClick
                    offer={offer.data}
                    onCreate={() => call('POST /api/share/:token/setup-link', { params: { token } })}
                  />
                )
              }
            />
            {changes.length > 0 && (
              <p className="rounded-box bg-accent-soft px-4 py-3">Since your last visit: {changes.join(' ')}</p>
            )}
          </>
        }
        recordActions={
          <DownloadMenu token={token} providerName={diagnostics.data?.zone?.provider?.name} {...countOpen(rows)} />
        }
        footer={
          <>
            {domain.canTellWhenReady && (
              <TellWhenReady token={token} domainName={domain.unicodeName ?? domain.domainName} />
            )}
            <p className="text-small text-muted">
              {domain.from.person ?? domain.from.project} shared this page with you. It updates live and expires on{' '}
              <Moment at={domain.linkExpiresAt} />.
            </p>
            {domain.returnUrl !== null && live === rows.length && (
              <p>
                <a
                  href={domain.returnUrl}
                  rel="noreferrer"
                  className="font-medium text-accent underline-offset-4 hover:underline"
                >
                  Back to {new URL(domain.returnUrl).host}
                </a>
              </p>
            )}
            <ShareProgress live={live} all={rows.length}>
              <CheckResult seen={check.data?.seen} checkedAt={domain.checkedAt} error={check.error} />
              <Button isBusy={check.isPending} onClick={() => check.mutate()}>
                Check again
              </Button>
            </ShareProgress>
          </>
        }
      />
    </>
  );
}

/** What changed since this browser last had the page open; the same for as long as it is. */
function useChanges(token: string, rows: readonly RecordRow[]): readonly string[] {
  const [changes] = useState(() => describeChanges(recallVisit(token), rows, readTime()));
  useEffect(() => rememberVisit(token, noteVisit(rows, readTime())), [token, rows]);
  return changes;
}
