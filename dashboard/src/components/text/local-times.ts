const UTC_TIME = /\b([01]\d|2[0-3]):([0-5]\d) UTC\b/g;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/**
 * Writes times of day in a sentence of the server, such as `12:57 UTC`, as the clock of this device shows them.
 * @param format of a moment today; times of another day differ by the same hours, but where the clocks change in between
 */
export function localizeTimes(text: string, format: (at: Date) => string = (at) => clock.format(at)): string {
  return text.replace(UTC_TIME, (_, hours: string, minutes: string) => {
    const at = new Date();
    at.setUTCHours(Number(hours), Number(minutes), 0, 0);
    return format(at);
  });
}
