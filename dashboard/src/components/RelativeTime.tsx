import { readTime, useNow } from './now.ts';
import { formatExact, formatMoment, formatRelative } from './relative-time.ts';

/** A moment as a distance from now; the exact time on hover and for screen readers. */
export function RelativeTime({ at }: { at: string }) {
  // The tick may be a second old: what has just happened would lie in the future.
  const now = Math.max(useNow(), readTime());
  const time = Date.parse(at);
  const exact = formatExact(time);
  return (
    <time dateTime={at} title={exact} className="whitespace-nowrap">
      <span aria-hidden="true">{formatRelative(time, now)}</span>
      <span className="sr-only">{exact}</span>
    </time>
  );
}

/** A moment to be kept in mind, such as a deadline; exact to the second on hover. */
export function Moment({ at }: { at: string }) {
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(time)} className="whitespace-nowrap">
      {formatMoment(time)}
    </time>
  );
}
