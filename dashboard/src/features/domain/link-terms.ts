const DAY_MS = 86_400_000;

/** How long a share link may be good for, as choices: in days. */
export const LINK_TERMS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
];

/** When a link ends that is made now for so many days. */
export function endOfTerm(days: string): string {
  return new Date(Date.now() + Number(days) * DAY_MS).toISOString();
}
