import answers from './answers.json' with { type: 'json' };
import { DNS_CONNECTION_EXAMPLES } from './dns-connection-examples.ts';
import { DOMAIN_EXAMPLES } from './domain-examples.ts';
import type { Example } from './example.ts';
import { KEY_EXAMPLES } from './key-examples.ts';
import { PUBLISHING_EXAMPLES } from './publishing-examples.ts';
import { WEBHOOK_EXAMPLES } from './webhook-examples.ts';

/** An example of every call, by its `operationId`. A test runs each, and fails for a call without one. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  ...DOMAIN_EXAMPLES,
  ...KEY_EXAMPLES,
  ...WEBHOOK_EXAMPLES,
  ...DNS_CONNECTION_EXAMPLES,
  ...PUBLISHING_EXAMPLES,
};

/** What a call answered. */
export interface ExampleAnswer {
  readonly status: number;
  /** JSON, or the text that came. */
  readonly body: unknown;
}

/** What each example answered, recorded by the test that runs them; a test compares it with what is answered now. */
export const ANSWERS: Readonly<Record<string, ExampleAnswer>> = answers;
