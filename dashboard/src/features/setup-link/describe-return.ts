const OUTCOMES = ['returned', 'canceled', 'failed', 'used'] as const;

/** What a DNS provider said when it sent somebody back, or that they came by an address that was used before. */
export type SetupOutcome = (typeof OUTCOMES)[number];

/** Reads it from an address; null where it isn't there. */
export function readReturn(value: unknown): SetupOutcome | null {
  return OUTCOMES.find((outcome) => outcome === value) ?? null;
}

const WORDS: Readonly<Record<SetupOutcome, { readonly title: string; readonly text: string }>> = {
  returned: { title: 'Thank you', text: 'We’re checking the records now. It usually takes a few seconds.' },
  canceled: {
    title: 'Canceled',
    text: 'You canceled at your DNS provider. You can try again, or add the records by hand.',
  },
  failed: {
    title: 'That didn’t work',
    text: 'Your DNS provider couldn’t add the records. You can try again, or add them by hand.',
  },
  used: {
    title: 'This link has already been used',
    text: 'It only works once. Go back to the page you came from to see the state of the records.',
  },
};

/** Says it to the person. Nothing of it is a verdict: that comes from a check. */
export function describeReturn(outcome: SetupOutcome): { readonly title: string; readonly text: string } {
  return WORDS[outcome];
}
