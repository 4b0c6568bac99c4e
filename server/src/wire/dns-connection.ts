import { z } from 'zod';
import { isPlainText } from '../core/plain-text.ts';
import { DNS_PROVIDER_NAMES, listSettings } from '../core/publishing/provider-table.ts';
import { time } from './times.ts';

const EXAMPLE_ID = '60d5ec49f1b2c72d9c8b4444';
const MAX_NAME = 100;
const MAX_SETTINGS = 20;

const provider = z.enum(DNS_PROVIDER_NAMES, {
  error: ({ input }) =>
    input === undefined ? 'provider is missing.' : `provider must be one of ${DNS_PROVIDER_NAMES.join(', ')}.`,
});

/** Why something didn't work, in words. */
const problemShape = {
  code: z.string().meta({ description: 'The kind of problem. New codes may be added.', example: 'unauthorized' }),
  message: z.string().meta({ description: 'What is wrong, and what the credentials lack.' }),
  detail: z
    .string()
    .nullable()
    .meta({ description: 'What the provider said, or what was found. Untrusted text; null if there is none.' }),
};

const zonesShape = {
  zones: z
    .array(z.string())
    .meta({ description: 'The zones that the credentials are known to reach, at most 200.', example: ['example.com'] }),
  hasAllZones: z.boolean().meta({ description: 'False if there may be more: DNS update (RFC 2136) can’t list zones.' }),
};

const connectionShape = {
  id: z.string().meta({ example: EXAMPLE_ID }),
  name: z.string().meta({ example: 'Our name server' }),
  provider,
  settings: z
    .record(z.string(), z.string())
    .meta({ description: 'Those that aren’t secret, with defaults filled in. Secrets are never shown again.' }),
  ...zonesShape,
  lastSuccessAt: time.nullable().meta({ description: 'When a call to the provider last succeeded, to the minute.' }),
  lastError: z
    .strictObject({ at: time, ...problemShape })
    .nullable()
    .meta({ description: 'The last error. It is over if `lastSuccessAt` is later.' }),
  createdAt: time,
};

/** A DNS connection. Its secrets are in no answer. */
export const dnsConnectionSchema = z.strictObject(connectionShape).meta({ id: 'DnsConnection' });

/** A DNS connection as clients see it. */
export type DnsConnectionObject = z.output<typeof dnsConnectionSchema>;

/** A DNS connection, and what of the project depends on it. */
export const dnsConnectionDetailSchema = z
  .strictObject({
    ...connectionShape,
    domains: z.array(z.string()).meta({
      description: "The project's domains in these zones, at most 100.",
      example: ['mail.example.com'],
    }),
    hasMoreDomains: z.boolean(),
  })
  .meta({ id: 'DnsConnectionDetail' });

/** A DNS connection with what depends on it, as clients see it. */
export type DnsConnectionDetail = z.output<typeof dnsConnectionDetailSchema>;

/** What a DNS connection is created with. */
export const createDnsConnectionBody = z.strictObject({
  name: z
    .string({ error: ({ input }) => (input === undefined ? 'name is missing.' : 'name must be a string.') })
    .trim()
    .min(1, "name can't be empty.")
    .max(MAX_NAME, `name can have at most ${MAX_NAME} characters.`)
    .refine(isPlainText, "name can't have control characters.")
    .meta({ description: 'A display name.', example: 'Our name server' }),
  provider: provider.meta({ description: 'The DNS provider whose API is used.', example: 'rfc2136' }),
  settings: z
    .record(z.string(), z.union([z.string(), z.number()], { error: 'Each value in settings must be a string.' }), {
      error: ({ input }) => (input === undefined ? 'settings is missing.' : 'settings must be an object.'),
    })
    .refine((settings) => Object.keys(settings).length <= MAX_SETTINGS, 'settings has too many entries.')
    .meta({
      description: DNS_PROVIDER_NAMES.map((name) => `\`${name}\`: ${describeSettings(name)}`).join('; '),
      example: { server: 'ns1.example.com', tsigName: 'autosend', tsigAlgorithm: 'hmac-sha256', tsigSecret: '…' },
    }),
});

/** Names the settings of a provider, with a question mark behind those that may be left out. */
function describeSettings(name: (typeof DNS_PROVIDER_NAMES)[number]): string {
  return listSettings(name)
    .map(([setting, { fallback }]) => `\`${setting}\`${fallback === null ? '' : '?'}`)
    .join(', ');
}

/** A DNS connection in a path. Any text: what can't be an id is answered like one that never was. */
export const dnsConnectionParams = z.strictObject({
  connectionId: z.string().meta({ description: 'The id of the DNS connection.', example: EXAMPLE_ID }),
});

/** How a DNS connection is tested. */
export const testDnsConnectionBody = z
  .strictObject({
    zone: z
      .string({ error: 'zone must be a string.' })
      .max(255, 'zone must be a domain name such as example.com.')
      .optional()
      .meta({
        description:
          'A zone in which a TXT record is created and removed again: only that shows whether records can be changed.',
        example: 'example.com',
      }),
  })
  .default({});

/** What came of a test. */
export const dnsConnectionTestSchema = z
  .strictObject({
    success: z.boolean(),
    ...zonesShape,
    writtenTo: z
      .string()
      .nullable()
      .meta({ description: 'The zone that a record was created in and removed from; null if none was.' }),
    problem: z.strictObject(problemShape).nullable(),
  })
  .meta({ id: 'DnsConnectionTest' });

/** What came of a test, as clients see it. */
export type DnsConnectionTest = z.output<typeof dnsConnectionTestSchema>;
