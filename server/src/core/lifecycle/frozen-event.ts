import type { DomainEvent, ProjectEvent } from './events.ts';

/** A domain as whoever receives an event sees it at the moment of the change. */
export interface FrozenDomain {
  /** The Domain object as `GET` gives it. */
  readonly domain: object;
  readonly externalId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An event with the text that its receivers get. Of a domain's event the end is left open: only the database knows its place in the domain's sequence. */
export interface FrozenEvent {
  readonly type: DomainEvent['type'];
  /** What the history keeps. */
  readonly data: object;
  readonly frozen: string;
}

/** Freezes an event of a domain in the transaction of its change. */
export function freezeEvent(event: DomainEvent, at: Date, domain: FrozenDomain): FrozenEvent {
  return { type: event.type, data: keepData(event), frozen: freezeDomainEvent(event, at, domain) };
}

/**
 * Writes the text of a domain's event up to its sequence, which `closeFrozen` adds. It is written once, in the transaction of
 * the change, and never built again: every try sends the same octets, whatever the program has become meanwhile.
 */
export function freezeDomainEvent(
  event: DomainEvent,
  at: Date,
  { domain, externalId, metadata }: FrozenDomain,
): string {
  const data = { domain, externalId, metadata, ...tellData(event) };
  return formatEvent(event.type, at, data).slice(0, -CLOSING.length);
}

/** Adds the sequence to a text of `freezeDomainEvent`. The database does the same in `db/queries/history.ts`. */
export function closeFrozen(frozen: string, sequence: number): string {
  return `${frozen},"sequence":${sequence}${CLOSING}`;
}

/** Writes the whole text of an event that is about no domain. */
export function freezeProjectEvent({ type, data }: ProjectEvent, at: Date): string {
  return formatEvent(type, at, data);
}

/** Writes an event as it is sent. */
export function formatEvent(type: string, at: Date, data: object): string {
  const time = at.toISOString();
  return JSON.stringify({ type, createdAt: time, timestamp: time, data });
}

/** The ends of `data` and of the event. */
const CLOSING = '}}';

/** What the history keeps of an event: less than is told, since its readers have the domain, its keys and its last check beside it. */
function keepData(event: DomainEvent): object {
  if ('selector' in event.data) {
    const { algorithm: _algorithm, record: _record, ...kept } = event.data;
    return kept;
  }
  if ('firstMissedAt' in event.data) {
    const { finding: _, ...kept } = event.data;
    return kept;
  }
  return event.data;
}

/** What is told beside the domain. */
function tellData(event: DomainEvent): object {
  switch (event.type) {
    case 'domain.created':
    case 'domain.deleted':
      return {};
    case 'key.created':
    case 'key.published':
    case 'key.activated':
    case 'key.retiring':
    case 'key.retired':
    case 'key.revoked': {
      const { selector, algorithm, record } = event.data;
      return { selector, algorithm, record };
    }
    default:
      return event.data;
  }
}
