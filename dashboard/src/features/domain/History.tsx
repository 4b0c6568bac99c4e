import type { DomainEvent } from '../../api/domains.ts';
import { Button } from '../../components/Button.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';

const RECORD_WORDS: Readonly<Record<string, string>> = {
  ownership: 'The ownership record',
  dkim: 'The DKIM key',
  mailFrom: 'The return path (MX and SPF)',
  dmarc: 'The DMARC policy',
};

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
  const record = RECORD_WORDS[String(data.record)] ?? 'A record';
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
    // The server may tell of more than this page knows.
    default:
      return type;
  }
}
