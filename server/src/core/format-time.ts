/** Formats a time as ISO 8601 text (RFC 3339), in UTC; null where there is none. */
export function formatTime(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
