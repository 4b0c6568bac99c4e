import { EVENT_MEANINGS } from '../src/core/lifecycle/events.ts';
import { formatTable } from './markdown.ts';

/** Every event, when it happens, and what its `data` has besides the domain. */
export function buildEventTable(): string {
  const rows = Object.entries(EVENT_MEANINGS).map(([type, { when, data }]) => [
    `\`${type}\``,
    when,
    data.map((key) => `\`${key}\``).join(', '),
  ]);
  return formatTable(['type', 'when', 'data besides the domain'], rows);
}
