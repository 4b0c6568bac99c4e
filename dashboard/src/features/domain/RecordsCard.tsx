import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { buildPanelPage, findPanel } from '../../../../server/src/core/panels/panel-value.ts';
import type { Diagnostics } from '../../api/domains.ts';
import { Card } from '../../components/Card.tsx';
import { FindingView } from './FindingView.tsx';
import { RecordsTable } from './RecordsTable.tsx';
import type { RecordRow } from './record-rows.ts';
import { useOpenFirst } from './use-open-first.ts';

/** The records with their states, what to do with them, and what concerns the whole zone above them. */
export function RecordsCard({
  zone,
  isLive,
  diagnostics,
  rows,
  actions,
  isForCustomer,
}: {
  /** The zone that holds the records; null where it isn't known yet. */
  zone: string | null;
  /** Whether a check runs, or will in a moment. */
  isLive: boolean;
  diagnostics: Diagnostics | undefined;
  rows: readonly RecordRow[];
  actions?: ReactNode;
  /** Whether records that are live take one line each; the way to the panel stands above, as the first step. */
  isForCustomer: boolean;
}) {
  const provider = diagnostics?.zone?.provider;
  const panel = findPanel(provider?.name);
  const page = zone === null ? null : buildPanelPage(panel, zone);
  const isDone = rows.every(({ state }) => state === 'verified');
  return (
    <Card title={describeWork(rows, provider?.name)} actions={actions}>
      {diagnostics && diagnostics.findings.length > 0 && (
        <div className="flex flex-col gap-3 border-b border-hairline px-4 py-3">
          {diagnostics.findings.map((finding, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same code may be there twice, and order is their identity.
            <FindingView key={`${finding.code} ${index}`} finding={finding} />
          ))}
        </div>
      )}
      {!isDone && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-hairline px-4 py-2 text-small text-muted">
          <p>
            {provider?.hostNote && `${provider.hostNote} `}
            {panel?.provider.hostStyle === 'relative' && 'Enter only the part shown. '}
            TTL: Auto{rows[0] && ` (or ${rows[0].ttlSeconds})`}.
          </p>
          {page !== null && !isForCustomer && <OutsideLink href={page}>{`Open ${provider?.name} DNS`}</OutsideLink>}
          {provider?.helpUrl && <OutsideLink href={provider.helpUrl}>{`${provider.name}’s guide`}</OutsideLink>}
        </div>
      )}
      <RecordsTable
        rows={useOpenFirst(rows)}
        panelName={provider?.name ?? null}
        isLive={isLive}
        foldsDone={isForCustomer}
      />
    </Card>
  );
}

function OutsideLink({ href, children }: { href: string; children: string }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 text-accent hover:underline max-md:min-h-11"
    >
      {children} <ExternalLink aria-hidden="true" size={13} />
      <span className="sr-only">(opens in a new tab)</span>
    </a>
  );
}

/** What is left to do, in a few words. */
function describeWork(rows: readonly RecordRow[], providerName: string | undefined): string {
  const wrong = rows.filter(({ state }) => state === 'wrong').length;
  const toAdd = rows.filter(({ state }) => state !== 'wrong' && state !== 'verified').length;
  const place = providerName ? ` at ${providerName}` : '';
  const count = (many: number) => (many === 1 ? '1 record' : `${many} records`);
  if (wrong > 0 && toAdd > 0) return `Fix ${count(wrong)} and add ${toAdd} more${place}`;
  if (wrong > 0) return `Fix ${count(wrong)}${place}`;
  if (toAdd === rows.length) return `Add these records${place}`;
  return toAdd > 0 ? `Add ${toAdd} more record${toAdd === 1 ? '' : 's'}${place}` : 'DNS records';
}
