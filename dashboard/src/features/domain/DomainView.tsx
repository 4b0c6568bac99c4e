import type { ReactNode } from 'react';
import type { Diagnostics, Domain, SharedDomain } from '../../api/domains.ts';
import { Card } from '../../components/Card.tsx';
import { DomainNameText } from '../../components/DomainNameText.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { Page } from '../../components/Page.tsx';
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
  domain,
  regionKey,
  diagnostics,
  rows,
  actions,
  notice,
  recordActions,
  folds,
  foldsDone,
  footer,
  children,
}: {
  title: string;
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
  /** Whether records that are live take one line each. */
  foldsDone?: boolean;
  /** Stands at the end. */
  footer?: ReactNode;
  /** What stands between the records and the answers. */
  children?: ReactNode;
}) {
  const { unicodeName } = domain;
  const { state, word, sends, answer } = describeDomain(domain, rows);
  const found = rows.filter((row) => row.state === 'verified').length;
  const isLive = domain.isChecking || domain.verificationInProgress;
  return (
    <Page
      title={`${formatTabMark(state, rows.length - found)}${title}`}
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
          </p>
          <DomainStatus domain={domain} {...(regionKey !== undefined && { regionKey })} diagnostics={diagnostics} />
        </>
      }
    >
      <RowsAnnouncement rows={rows} />
      {notice}
      <RecordsCard
        zone={diagnostics?.zone?.name ?? null}
        isLive={isLive}
        diagnostics={diagnostics}
        rows={rows}
        actions={recordActions}
        {...(foldsDone !== undefined && { foldsDone })}
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

/** Shows in the tab where a domain stands, for whoever waits in another window. */
function formatTabMark(state: State, open: number): string {
  return state === 'verified' && open === 0 ? '✓ ' : open > 0 ? `(${open}) ` : '';
}

/** The page while the domain is on its way, or could not be had; nothing moves when it comes. */
export function DomainPlaceholder({
  title,
  what,
  error,
  onRetry,
}: {
  title: string;
  what: string;
  error: Error | null;
  onRetry(): void;
}) {
  return (
    <Page title={title} heading={<span className="invisible">{title}</span>}>
      <Card label="Records">
        {error ? <ErrorState what={what} error={error} onRetry={onRetry} /> : <Skeleton rows={5} className="h-18" />}
      </Card>
    </Page>
  );
}
