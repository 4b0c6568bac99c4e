import { z } from 'zod';
import { FINDINGS } from '../core/findings/catalogue.ts';
import type { FindingCode } from '../core/judgement/observation.ts';
import { KEY_STAGES } from '../core/records/dkim-key.ts';
import { RECORD_KINDS } from '../core/records/record.ts';
import { RECORD_TYPES } from '../core/records/to-publish.ts';
import { IDENTITY_STATES, PROVIDER_STATUSES } from '../core/sending-providers/identity.ts';

const time = z.iso.datetime({ precision: 3 });
const codes = Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]];
const dnssec = z.enum(['signed', 'unsigned', 'bogus', 'unknown']).meta({
  description: 'As a validating resolver says; `unknown` where none of the configured resolvers validates.',
});

/** One thing that is wrong or worth knowing. */
export const findingSchema = z
  .strictObject({
    code: z.enum(codes).meta({ description: 'What was seen; see docs/verification.md. More may come.' }),
    severity: z.enum(['error', 'warning', 'info']),
    title: z.string(),
    detail: z.string().meta({ description: 'What was asked, where, and what was found. Names stand in backticks.' }),
    fix: z.string().nullable().meta({ description: 'The one thing to do; null where there is nothing to do.' }),
    copy: z
      .strictObject({
        label: z.string().meta({ description: 'What a button says, such as "Copy full value (410 characters)".' }),
        value: z.string(),
      })
      .optional()
      .meta({ description: 'What to copy for the fix, always whole.' }),
    suggestion: z
      .string()
      .optional()
      .meta({ description: 'A value to publish as it stands, where it is not the one under `expected`.' }),
    evidence: z
      .array(
        z.strictObject({
          name: z.string(),
          type: z.string(),
          value: z.string().nullable().meta({ description: 'Null: nothing was there.' }),
          server: z.string(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Finding' });

/** A finding as clients see it. */
export type FindingObject = z.output<typeof findingSchema>;

const answerSchema = z.strictObject({
  server: z.string(),
  address: z.string(),
  via: z.enum(['authoritative', 'recursive']),
  outcome: z.enum(['found', 'nxdomain', 'nodata', 'timeout', 'servfail', 'refused', 'lame', 'network', 'malformed']),
  detail: z.string().optional().meta({ description: 'For a failure, what went wrong.' }),
  ttl: z
    .int()
    .nullable()
    .meta({ description: 'Seconds; of the records, or of the "no" (RFC 2308). Null for a failure.' }),
  rttMs: z.number(),
  found: z.array(z.string()),
});

/** What one server said, as clients see it. */
export type AnswerObject = z.output<typeof answerSchema>;

const nameSchema = z.strictObject({
  status: z.enum(['verified', 'missing', 'mismatched', 'conflicting', 'unknown']),
  name: z.string(),
  host: z.string().meta({ description: 'The name as a DNS panel wants it: relative to `zone`, `@` at its apex.' }),
  zone: z.string().nullable().meta({ description: 'The zone that really holds the name; null where it is not known.' }),
  type: z.enum(RECORD_TYPES),
  expected: z.string(),
  found: z
    .array(z.string())
    .meta({ description: 'Different values, presentation format (RFC 1035 §5.1), long ones cut.' }),
  aliases: z.array(z.string()).meta({ description: 'The names that CNAMEs led through.' }),
  answers: z.array(answerSchema),
  visibleToResolversBy: time
    .optional()
    .meta({ description: 'When the last resolver has forgotten that the record was not there (RFC 2308).' }),
  findings: z.array(findingSchema),
});

/** What was seen at the name of a record, as clients see it. */
export type NameObject = z.output<typeof nameSchema>;

const recordSchema = z.strictObject({ record: z.enum(RECORD_KINDS), ...nameSchema.shape });
const keySchema = z.strictObject({ selector: z.string(), stage: z.enum(KEY_STAGES), ...nameSchema.shape });

const providerStatus = z.enum(PROVIDER_STATUSES).nullable();
const providerSchema = z
  .strictObject({
    name: z.string().meta({ description: 'The word of the table of regions; see docs/providers.md.' }),
    title: z.string().meta({ description: 'What people call the provider.' }),
    region: z.string().meta({ description: 'The region, in the words of the provider.' }),
    state: z
      .enum(IDENTITY_STATES)
      .meta({ description: 'How the identity stands at the provider; see docs/providers.md.' }),
    dkimStatus: providerStatus.meta({ description: 'As the provider says; null where it has said nothing yet.' }),
    mailFromStatus: providerStatus,
    verifiedForSending: z.boolean().nullable(),
    checkedAt: time.nullable().meta({ description: 'When the provider said so.' }),
    explanation: z.string().optional().meta({ description: 'Why it does not say what we say; absent where it does.' }),
  })
  .meta({ id: 'SendingProvider' });

/** What the sending provider last said of the domain, as clients see it. */
export type ProviderObject = z.output<typeof providerSchema>;

/** The evidence and the findings of a check a domain. */
export const diagnosticsSchema = z
  .strictObject({
    checkedAt: time.nullable().meta({ description: 'Null where it was not checked yet.' }),
    nextCheckAt: time.nullable(),
    deadlineAt: time.optional().meta({ description: 'When the present state ends unless the records are found.' }),
    zone: z
      .strictObject({
        name: z.string(),
        nameservers: z.array(
          z.strictObject({ name: z.string(), addresses: z.array(z.string()), answered: z.boolean() }),
        ),
        provider: z
          .strictObject({ name: z.string(), helpUrl: z.string().nullable(), hostNote: z.string().nullable() })
          .optional()
          .meta({ description: 'Whose DNS panel it is, by its name servers; absent where that is not certain.' }),
        dnssec,
      })
      .nullable(),
    records: z.array(recordSchema),
    keys: z
      .array(keySchema)
      .optional()
      .meta({ description: 'The records of further DKIM keys that are to be published; absent where there are none.' }),
    provider: providerSchema
      .optional()
      .meta({ description: 'Who sends for this region; absent where nobody is set up.' }),
    findings: z.array(findingSchema).meta({ description: 'About the zone and its servers as a whole.' }),
  })
  .meta({ id: 'Diagnostics' });

/** Diagnostics as clients see them (`verification.md` §5): the API and the command line show the same. */
export type DiagnosticsObject = z.output<typeof diagnosticsSchema>;

/** `refresh=true` checks now. */
export const diagnosticsQuerySchema = z.strictObject({
  refresh: z
    .enum(['true', 'false'], 'refresh must be true or false.')
    .optional()
    .meta({ description: '`true` checks now, which may take up to 10 seconds, and changes nothing that is stored.' }),
});
