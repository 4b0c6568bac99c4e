import type { ReactNode } from 'react';
import type { Diagnostics, Domain, SharedDomain } from '../../api/domains.ts';
import { Card } from '../../components/Card.tsx';
import { DomainNameText } from '../../components/DomainNameText.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/Page.tsx';
import { Moment } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { type State, StateMark } from '../../components/StateMark.tsx';
import { DomainStatus } from './DomainStatus.tsx';
import { Fold } from './Fold.tsx';
import { describeDomain } from './headline.ts';
import { ProviderCard } from './ProviderCard.tsx';
import { RecordsCard } from './RecordsCard.tsx';
import { RowsAnnouncement } from './RowsAnnouncement.tsx';
import type { RecordRow } from './record-rows.ts';
import { ServerAnswers } from './ServerAnswers.tsx';

const ANSWER_COLOR = { yes: 'text-verified', risky: 'text-wrong', no: 'text-ink' } as const;

/** What the domain page and a shared domain have in common: the name with its state, the records, and what was answered. */
export function DomainView({
  title,
  back,
  domain,
  regionKey,
  diagnostics,
  rows,
  actions,
  notice,
  recordActions,
  folds,
  isForCustomer = false,
  next,
  footer,
  children,
}: {
  title: string;
  /** A link to what the domain belongs to. */
  back?: ReactNode;
  domain: Domain | SharedDomain;
  regionKey?: string;
  diagnostics: Diagnostics | undefined;
  rows: readonly RecordRow[];
  actions?: ReactNode;
  /** Stands before the records. */
  notice?: ReactNode;
  recordActions: ReactNode;
  /** What can be unfolded beside the answers. */
  folds?: ReactNode;
  /** Whether it is for somebody who has records to add: what is live takes one line, and schedules are left out. */
  isForCustomer?: boolean;
  /** What to do once the domain can send; stands before the records then. */
  next?: ReactNode;
  /** Stands at the end. */
  footer?: ReactNode;
  /** What stands between the records and the answers. */
  children?: ReactNode;
}) {
  const { unicodeName } = domain;
  const { state, word, sends, answer } = describeDomain(domain, rows);
  const found = rows.filter((row) => row.state === 'verified').length;
  // What is not all right is checked every few seconds while somebody watches; a further key has times of its own.
  const isWatched = rows.some((row) => row.state !== 'verified' && !row.kind.startsWith('key:'));
  const isLive = domain.isChecking || domain.verificationInProgress;
  return (
    <Page
      title={`${formatTabMark(state, rows.length - found)}${title}`}
      back={back}
      heading={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <span>
            <DomainNameText name={domain.domainName} unicodeName={unicodeName} />
          </span>
          <span className="text-base" data-testid="domain-state">
            <StateMark state={state} word={word} isLive={isLive} />
          </span>
        </span>
      }
      actions={actions}
      intro={
        <>
          <p className={`mb-1 max-w-prose font-medium ${ANSWER_COLOR[sends]}`} data-testid="may-send">
            {answer}
            {domain.atRiskAt !== null && sends === 'risky' && <StillVerified until={domain.atRiskAt} />}
          </p>
          <DomainStatus
            domain={domain}
            {...(regionKey !== undefined && { regionKey })}
            diagnostics={diagnostics}
            isWatched={isWatched}
            isBrief={isForCustomer}
          />
        </>
      }
    >
      <RowsAnnouncement rows={rows} />
      {notice}
      {sends === 'yes' && next}
      <RecordsCard
        zone={diagnostics?.zone?.name ?? null}
        isLive={isLive}
        diagnostics={diagnostics}
        rows={rows}
        actions={recordActions}
        isForCustomer={isForCustomer}
      />
      {diagnostics?.provider && <ProviderCard provider={diagnostics.provider} />}
      {children}
      <Card label="Details">
        <Fold title="Raw DNS responses">
          <ServerAnswers rows={rows} zone={diagnostics?.zone ?? null} />
        </Fold>
        {folds}
      </Card>
      {footer}
    </Page>
  );
}

/** The status falls late, so that a slip in a zone stops nobody's mail: until then it says more than what receivers see. */
function StillVerified({ until }: { until: string }) {
  const isOver = Date.parse(until) <= useNow();
  return isOver ? (
    <> It still counts as verified until the next check.</>
  ) : (
    <>
      {' '}
      It still counts as verified until <Moment at={until} />.
    </>
  );
}

/** Shows in the tab where a domain stands, for whoever waits in another window. */
function formatTabMark(state: State, open: number): string {
  return state === 'verified' && open === 0 ? '✓ ' : open > 0 ? `(${open}) ` : '';
}

/** The page while the domain is on its way, or could not be had: what is known of it stands where it will stand. */
export function DomainPlaceholder({
  title,
  back,
  known,
  what,
  error,
  onRetry,
}: {
  title: string;
  back?: ReactNode;
  /** Where the domain stands, as far as another page said so. */
  known?: { readonly state: State; readonly word: string } | undefined;
  what: string;
  error: Error | null;
  onRetry(): void;
}) {
  return (
    <Page
      title={title}
      back={back}
      heading={
        known ? (
          <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <span>{title}</span>
            <span className="text-base">
              <StateMark {...known} />
            </span>
          </span>
        ) : (
          <span className="invisible">{title}</span>
        )
      }
      intro={<div className="h-11" />}
    >
      <Card title={<span className="text-muted">DNS records</span>}>
        {error ? <ErrorState what={what} error={error} onRetry={onRetry} /> : <Skeleton rows={5} className="h-28" />}
      </Card>
    </Page>
  );
}
