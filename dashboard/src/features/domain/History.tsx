import { FLAGS } from '../../../../server/src/core/records/record.ts';
import type { DomainEvent } from '../../api/domains.ts';
import { Button } from '../../components/Button.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';

const SUBJECTS: Readonly<Partial<Record<string, { readonly subject: string }>>> = FLAGS;

/** What happened to the domain, newest first. */
export function History({
  events,
  isLoadingMore,
  onMore,
}: {
  events: readonly DomainEvent[];
  isLoadingMore: boolean;
  /** Null where there is nothing older. */
  onMore: (() => void) | null;
}) {
  if (events.length === 0) return <p className="px-4 pb-4 text-muted">Nothing has happened yet.</p>;
  return (
    <ol className="flex flex-col gap-2 px-4 pb-4 text-small">
      {events.map((event) => (
        <li key={event.id} className="flex flex-wrap justify-between gap-x-4">
          <span>{describeEvent(event)}</span>
          <span className="text-muted">
            <RelativeTime at={event.at} />
          </span>
        </li>
      ))}
      {onMore && (
        <li>
          <Button isBusy={isLoadingMore} onClick={onMore}>
            Show older
          </Button>
        </li>
      )}
    </ol>
  );
}

function describeEvent({ type, data }: DomainEvent): string {
  const selector = String(data.selector);
  const record = SUBJECTS[String(data.record)]?.subject ?? 'A record';
  switch (type) {
    case 'domain.created':
      return 'The domain was added';
    case 'domain.verified':
      return 'The domain was verified';
    case 'domain.at_risk':
      return 'A record went missing: the domain is at risk';
    case 'domain.restored':
      return 'All is there again: the domain is safe';
    case 'domain.failed':
      return 'The records were not found in time';
    case 'record.verified':
      return `${record} was found`;
    case 'record.missing':
      return `${record} is not there any more`;
    case 'key.created':
      return data.reason === 'rotation'
        ? `The key ${selector} was made, because of its predecessor's age`
        : `The key ${selector} was made`;
    case 'key.published':
      return `The key ${selector} is on every name server`;
    case 'key.activated':
      return `Mail is signed with the key ${selector}`;
    case 'key.retiring':
      return `The key ${selector} is out of use; its record is still needed`;
    case 'key.retired':
      return `The record ${String(data.name)} is safe to remove`;
    case 'key.revoked':
      return `The key ${selector} was revoked`;
    // The server may tell of more than this page knows.
    default:
      return type;
  }
}
