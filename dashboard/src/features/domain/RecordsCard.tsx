import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Diagnostics } from '../../api/domains.ts';
import { Card } from '../../components/Card.tsx';
import { StateMark } from '../../components/StateMark.tsx';
import { FindingView } from './FindingView.tsx';
import { RecordsTable } from './RecordsTable.tsx';
import type { RecordRow } from './record-rows.ts';

/** The records with their states, what concerns the whole zone above them, and "all set" when nothing is left to do. */
export function RecordsCard({
  domainName,
  isLive,
  isVerified,
  diagnostics,
  rows,
  actions,
}: {
  domainName: string;
  /** Whether it is being checked, or will be in a moment. */
  isLive: boolean;
  isVerified: boolean;
  diagnostics: Diagnostics | undefined;
  rows: readonly RecordRow[];
  actions?: ReactNode;
}) {
  const provider = diagnostics?.zone?.provider;
  const isDone = rows.every(({ state }) => state === 'verified');
  const place = provider ? ` at ${provider.name}` : '';
  const open = rows.filter(({ state }) => state !== 'verified').length;
  const title = isDone
    ? 'The records'
    : isVerified
      ? `Add ${open === 1 ? 'one more record' : `${open} more records`}${place}`
      : `Add these records${place}`;
  return (
    <Card title={title} actions={actions}>
      <div role="status">
        {isDone && (
          <div className="border-b border-hairline bg-verified-soft px-4 py-3">
            <p className="text-verified">
              <StateMark state="verified" word="All set" />
            </p>
            <p className="max-w-prose">
              Every record is in place and {domainName} can send mail. Leave the records where they are; we check again
              every few hours.
            </p>
          </div>
        )}
      </div>
      {diagnostics && diagnostics.findings.length > 0 && (
        <div className="flex flex-col gap-3 border-b border-hairline px-4 py-3">
          {diagnostics.findings.map((finding, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same code may be there twice, and order is their identity.
            <FindingView key={`${finding.code} ${index}`} finding={finding} />
          ))}
        </div>
      )}
      {!isDone && provider?.hostNote && (
        <p className="border-b border-hairline px-4 py-2 text-small text-muted">
          {provider.hostNote}{' '}
          {provider.helpUrl && (
            <a
              href={provider.helpUrl}
              target="_blank"
              rel="noreferrer"
              className="inline-flex items-center gap-1 text-accent hover:underline"
            >
              How {provider.name} explains it <ExternalLink aria-hidden="true" size={13} />
              <span className="sr-only">(opens in a new tab)</span>
            </a>
          )}
        </p>
      )}
      <RecordsTable
        rows={rows}
        nameHeading={provider ? `Name, as ${provider.name} wants it` : 'Name'}
        isLive={isLive}
      />
    </Card>
  );
}
