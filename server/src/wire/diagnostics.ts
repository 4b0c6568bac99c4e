import { z } from 'zod';
import { FINDINGS } from '../core/findings/catalogue.ts';
import type { FindingCode } from '../core/judgement/observation.ts';
import { KEY_STAGES } from '../core/records/dkim-key.ts';
import { RECORD_KINDS } from '../core/records/record.ts';
import { RECORD_TYPES } from '../core/records/to-publish.ts';
import { IDENTITY_STATES, PROVIDER_STATUSES } from '../core/sending-providers/identity.ts';
import { time } from './times.ts';

const codes = Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]];
const dnssec = z.enum(['signed', 'unsigned', 'bogus', 'unknown']).meta({
  description: 'What a validating resolver says. `unknown` if none of the configured resolvers validates.',
});

/** One thing that is wrong or worth knowing. */
export const findingSchema = z
  .strictObject({
    code: z.enum(codes).meta({ description: 'What was found; see docs/findings.md. New codes may be added.' }),
    severity: z.enum(['error', 'warning', 'info']),
    title: z.string(),
    detail: z
      .string()
      .meta({ description: 'What we checked, where, and what we found. Names and values are in backticks.' }),
    fix: z.string().nullable().meta({ description: 'What to do. Null if there is nothing to do.' }),
    copy: z
      .strictObject({
        label: z.string().meta({ description: 'The label for a button, such as "Copy full value (410 characters)".' }),
        value: z.string(),
      })
      .optional()
      .meta({ description: 'The value to copy, always complete.' }),
    suggestion: z.string().optional().meta({ description: 'A value to publish instead of the one under `expected`.' }),
    docs: z.url().meta({ description: 'Link to the explanation of this code.' }),
    evidence: z
      .array(
        z.strictObject({
          name: z.string(),
          type: z.string(),
          value: z.string().nullable().meta({ description: 'Null if there was nothing.' }),
          server: z.string(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Finding' });

/** A finding as clients see it. */
export type FindingObject = z.output<typeof findingSchema>;

const answerSchema = z
  .strictObject({
    server: z.string(),
    address: z.string(),
    via: z.enum(['authoritative', 'recursive']),
    outcome: z.enum(['found', 'nxdomain', 'nodata', 'timeout', 'servfail', 'refused', 'lame', 'network', 'malformed']),
    detail: z.string().optional().meta({ description: 'What went wrong, if the query failed.' }),
    ttl: z.int().nullable().meta({
      description:
        'In seconds: the TTL of the records, or of the negative answer (RFC 2308). Null if the query failed.',
    }),
    rttMs: z.number(),
    found: z.array(z.string()),
  })
  .meta({ id: 'ServerAnswer' });

/** What one server said, as clients see it. */
export type AnswerObject = z.output<typeof answerSchema>;

const nameSchema = z.strictObject({
  status: z.enum(['verified', 'missing', 'mismatched', 'conflicting', 'unknown']),
  name: z.string(),
  host: z
    .string()
    .meta({ description: 'The name as a DNS panel expects it: relative to `zone`, or `@` for the zone itself.' }),
  zone: z.string().nullable().meta({ description: 'The zone that contains the name. Null if unknown.' }),
  type: z.enum(RECORD_TYPES),
  expected: z.string(),
  found: z
    .array(z.string())
    .meta({ description: 'The distinct values found, in presentation format (RFC 1035 §5.1). Long values are cut.' }),
  aliases: z.array(z.string()).meta({ description: 'The names that CNAMEs pointed to, in order.' }),
  answers: z.array(answerSchema),
  visibleToResolversBy: time
    .optional()
    .meta({ description: 'When every resolver has dropped its cached negative answer (RFC 2308).' }),
  findings: z.array(findingSchema),
});

/** What was seen at the name of a record, as clients see it. */
export type NameObject = z.output<typeof nameSchema>;

const recordSchema = z.strictObject({ record: z.enum(RECORD_KINDS), ...nameSchema.shape });
const keySchema = z.strictObject({
  selector: z.string(),
  stage: z.enum(KEY_STAGES).optional().meta({
    description:
      'The stage of the key. Absent if the record is the second of two CNAMEs and there is no key behind it.',
  }),
  ...nameSchema.shape,
});

const providerStatus = z.enum(PROVIDER_STATUSES).nullable();
const providerSchema = z
  .strictObject({
    name: z.string().meta({ description: "The provider's key in the region table; see docs/providers.md." }),
    title: z.string().meta({ description: "The provider's name." }),
    region: z.string().meta({ description: "The provider's name for the region." }),
    state: z
      .enum(IDENTITY_STATES)
      .meta({ description: 'The state of the identity at the provider; see docs/providers.md.' }),
    dkimStatus: providerStatus.meta({
      description: 'As reported by the provider. Null if it has reported nothing yet.',
    }),
    mailFromStatus: providerStatus,
    verifiedForSending: z.boolean().nullable(),
    checkedAt: time.nullable().meta({ description: 'When the provider reported this.' }),
    explanation: z
      .string()
      .optional()
      .meta({ description: "Why the provider's result differs from ours. Absent if it doesn't." }),
  })
  .meta({ id: 'SendingProvider' });

/** What the sending provider last said of the domain, as clients see it. */
export type ProviderObject = z.output<typeof providerSchema>;

/** The evidence and the findings of a check a domain. */
export const diagnosticsSchema = z
  .strictObject({
    checkedAt: time.nullable().meta({ description: 'Null before the first check.' }),
    nextCheckAt: time.nullable(),
    deadlineAt: time.optional().meta({ description: 'When the current status ends unless the records are found.' }),
    zone: z
      .strictObject({
        name: z.string(),
        nameservers: z.array(
          z.strictObject({ name: z.string(), addresses: z.array(z.string()), answered: z.boolean() }),
        ),
        provider: z
          .strictObject({ name: z.string(), helpUrl: z.string().nullable(), hostNote: z.string().nullable() })
          .optional()
          .meta({ description: 'The DNS provider, recognized by its name servers. Absent if uncertain.' }),
        dnssec,
      })
      .nullable(),
    records: z.array(recordSchema),
    keys: z.array(keySchema).optional().meta({
      description:
        'The records of additional DKIM keys to publish, or the second CNAME if `dkimMode` is `cname`. Absent if there are none.',
    }),
    provider: providerSchema
      .optional()
      .meta({ description: 'The sending provider of this region. Absent if none is configured.' }),
    findings: z.array(findingSchema).meta({ description: 'Findings about the zone and its name servers.' }),
  })
  .meta({ id: 'Diagnostics' });

/** Diagnostics as clients see them (`verification.md` §5): the API and the command line show the same. */
export type DiagnosticsObject = z.output<typeof diagnosticsSchema>;

/** `refresh=true` checks now. */
export const diagnosticsQuerySchema = z.strictObject({
  refresh: z
    .enum(['true', 'false'], 'refresh must be true or false.')
    .optional()
    .meta({ description: '`true` checks DNS now, which can take up to 10 seconds. Nothing stored is changed.' }),
});
