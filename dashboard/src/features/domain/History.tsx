import { FLAGS } from '../../../../server/src/core/records/record.ts';
import type { DomainEvent } from '../../api/domains.ts';
import { Button } from '../../components/Button.tsx';
import { ErrorState } from '../../components/ErrorState.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';

const SUBJECTS: Readonly<Partial<Record<string, { readonly subject: string }>>> = FLAGS;

/** What happened to the domain, newest first. */
export function History({
  events,
  error,
  isLoadingMore,
  onMore,
  onRetry,
}: {
  /** Undefined until they are known. */
  events: readonly DomainEvent[] | undefined;
  error: Error | null;
  isLoadingMore: boolean;
  /** Null where there is nothing older. */
  onMore: (() => void) | null;
  onRetry(): void;
}) {
  if (events === undefined)
    return error ? (
      <ErrorState what="Couldn’t load the history" error={error} onRetry={onRetry} />
    ) : (
      <Skeleton rows={1} className="h-16" />
    );
  if (events.length === 0) return <p className="px-4 pb-4 text-muted">Nothing yet.</p>;
  return (
    <ol className="flex flex-col gap-2 px-4 pb-4 text-small">
      {events.map((event) => (
        <li key={event.id} className="flex flex-wrap justify-between gap-x-4">
          <span>
            {describeEvent(event)}
            {event.actor && <span className="text-muted"> by {nameEventActor(event.actor)}</span>}
          </span>
          <span className="text-muted">
            <RelativeTime at={event.at} />
          </span>
        </li>
      ))}
      {onMore && (
        <li>
          <Button mayRepeat isBusy={isLoadingMore} onClick={onMore}>
            Show older
          </Button>
        </li>
      )}
    </ol>
  );
}

function nameEventActor({ type, name }: NonNullable<DomainEvent['actor']>): string {
  if (type === 'operator') return 'the operator';
  return type === 'api_key' ? `the API key ${name ?? ''}` : (name ?? 'someone');
}

function describeEvent({ type, data }: DomainEvent): string {
  const selector = String(data.selector);
  const record = SUBJECTS[String(data.record)]?.subject ?? 'A record';
  switch (type) {
    case 'domain.created':
      return 'Domain added';
    case 'domain.verified':
      return 'Domain verified';
    case 'domain.at_risk':
      return 'Domain at risk, because a required record is missing';
    case 'domain.restored':
      return 'All records restored';
    case 'domain.failed':
      return 'Verification failed: records not found within 72 hours';
    case 'record.verified':
      return `${record} is live`;
    case 'record.missing':
      return `${record} is missing`;
    case 'key.created':
      return data.reason === 'rotation' ? `Key ${selector} created (scheduled rotation)` : `Key ${selector} created`;
    case 'key.published':
      return `Key ${selector} is live on every name server`;
    case 'key.activated':
      return `Mail is now signed with key ${selector}`;
    case 'key.retiring':
      return isCname(data)
        ? `Key ${selector} retired from signing; it stays published for now`
        : `Key ${selector} retired from signing; keep its record for now`;
    case 'key.retired':
      return isCname(data)
        ? `Key ${selector} is no longer published`
        : `You can now delete the record ${String(data.name)}`;
    case 'key.revoked':
      return `Key ${selector} revoked`;
    case 'dns.published':
      return `Records changed in ${String(data.zone)}: ${nameChanges(data.changes)}`;
    case 'dns.drifted':
      return `Published records were changed by someone else: ${nameChanges(data.changes)}`;
    case 'dns.publish_failed':
      return `Records not published: ${String(data.message)}`;
    // The server may tell of more than this page knows.
    default:
      return type;
  }
}

/** Whether the record of a key is a CNAME, which stays whatever becomes of the key. */
function isCname({ record }: DomainEvent['data']): boolean {
  return typeof record === 'object' && record !== null && 'type' in record && record.type === 'CNAME';
}

function nameChanges(changes: unknown): string {
  return Array.isArray(changes) ? changes.map(({ type, name }) => `${type} ${name}`).join(', ') : '';
}
