import { DEFAULT_SCHEDULE } from '../../../../server/src/core/lifecycle/schedule.ts';
import type { Diagnostics, Domain, SharedDomain } from '../../api/domains.ts';
import { useNow } from '../../components/now.ts';
import { Moment, RelativeTime } from '../../components/RelativeTime.tsx';
import { Explained } from '../../components/text/Term.tsx';

const SHOWN_SERVERS = 4;

/** Where the domain is, who holds its DNS, when and where we checked, and when we check next. Never a guess. */
export function DomainStatus({
  domain,
  regionKey,
  diagnostics,
  isWatched,
  isBrief,
}: {
  domain: Domain | SharedDomain;
  regionKey?: string;
  diagnostics: Diagnostics | undefined;
  /** Whether it is checked at short intervals because somebody has this page open. */
  isWatched: boolean;
  /** Whether it is for somebody who has records to add, and no use for servers and schedules. */
  isBrief: boolean;
}) {
  const { checkedAt, nextCheckAt, deadlineAt, verificationStatus } = domain;
  const zone = diagnostics?.zone ?? null;
  const answered = zone?.nameservers.filter((server) => server.answered).map(({ name }) => name) ?? [];
  return (
    <div className="flex flex-col gap-1 text-muted">
      <p className="[overflow-wrap:anywhere]">
        {regionKey !== undefined && `${regionKey} · `}
        {zone && (
          <>
            {zone.provider ? (
              `DNS at ${zone.provider.name}`
            ) : (
              <>
                DNS <Explained text="zone" /> {zone.name}
              </>
            )}
            {' · '}
          </>
        )}
        {checkedAt === null ? (
          'Checking for the first time…'
        ) : (
          <>
            Checked <RelativeTime at={checkedAt} />
            {answered.length > 0 && !isBrief && <> on {formatServers(answered)}</>}
            {isWatched
              ? !isBrief && ` · checking every ${DEFAULT_SCHEDULE.watchedMs / 1_000} s`
              : nextCheckAt !== null && (
                  <>
                    {' · '}
                    <NextCheck at={nextCheckAt} />
                  </>
                )}
          </>
        )}
      </p>
      {'externalId' in domain && <Attributes domain={domain} />}
      {deadlineAt !== null && verificationStatus === 'TEMPORARY_FAILURE' && (
        <p className="max-w-prose text-attention">
          Sending stops on <Moment at={deadlineAt} /> unless the records are back by then.
        </p>
      )}
      {deadlineAt !== null && verificationStatus === 'PENDING_CONFIGURATION' && !isBrief && (
        <p className="max-w-prose">
          We’ll keep checking until <Moment at={deadlineAt} />, then once a day.
        </p>
      )}
      {verificationStatus === 'FAILED' && (
        <p className="max-w-prose">
          The records weren’t found within 72 hours. After you close this page, we check once a day and verify the
          domain automatically once they’re live.
        </p>
      )}
    </div>
  );
}

/** A check that is due is made by whichever node is free: soon, and nobody knows to the second. */
function NextCheck({ at }: { at: string }) {
  const isDue = Date.parse(at) <= useNow();
  return isDue ? (
    'checking now…'
  ) : (
    <>
      next check <RelativeTime at={at} />
    </>
  );
}

function formatServers(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_SERVERS);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** What the program that added the domain keeps with it; nothing where it keeps nothing. */
function Attributes({ domain: { externalId, metadata } }: { domain: Pick<Domain, 'externalId' | 'metadata'> }) {
  const parts = [
    ...(externalId === null ? [] : [{ name: 'External ID', value: externalId }]),
    ...Object.entries(metadata ?? {}).map(([name, value]) => ({ name, value })),
  ];
  if (parts.length === 0) return null;
  return (
    <dl data-testid="attributes" className="flex flex-wrap gap-x-4">
      {parts.map(({ name, value }) => (
        <div key={name} className="flex min-w-0 gap-1">
          <dt>{name}:</dt>
          <dd className="min-w-0 text-ink [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
