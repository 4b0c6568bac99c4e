const UNITS = [
  { ms: 86_400_000, format: (count: number) => (count === 1 ? '1 day' : `${count} days`) },
  { ms: 3_600_000, format: (count: number) => `${count} h` },
  { ms: 60_000, format: (count: number) => `${count} min` },
  { ms: 1_000, format: (count: number) => `${count} s` },
];
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long' });

const moment = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** Formats a distance in time: "just now", "4 s ago", "in 10 s", "3 days ago". */
export function formatRelative(at: number, now: number): string {
  const distanceMs = at - now;
  for (const { ms, format } of UNITS) {
    const count = Math.trunc(Math.abs(distanceMs) / ms);
    if (count > 0) return distanceMs > 0 ? `in ${format(count)}` : `${format(count)} ago`;
  }
  return distanceMs > 0 ? 'in a moment' : 'just now';
}

/** Formats a moment to be kept in mind: "Sat 28 Nov, 03:31". */
export function formatMoment(at: number): string {
  return moment.format(at);
}

/** Formats a moment in full, with its time zone. */
export function formatExact(at: number): string {
  return exact.format(at);
}
