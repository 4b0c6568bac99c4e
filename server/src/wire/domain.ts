/*
 * The shapes of everything that leaves the service: one zod schema for each, from which types, validation, OpenAPI
 * and documents come. `envelope.ts` wraps every answer; each other file is a resource. Services return these
 * types, routes name them. No logic: a schema here may only check and parse.
 */

import { z } from 'zod';
import { VERIFICATION_STATUSES } from '../core/lifecycle/status.ts';
import { time } from './times.ts';

const txtRecord = z.strictObject({ name: z.string(), value: z.string(), type: z.literal('TXT'), purpose: z.string() });
const cnameRecord = txtRecord.extend({ type: z.literal('CNAME') });
const mxRecord = z.strictObject({
  name: z.string(),
  value: z.string(),
  type: z.literal('MX'),
  purpose: z.string(),
  priority: z.int(),
});

export const verificationStatus = z.enum(VERIFICATION_STATUSES);

const flags = {
  ownershipVerified: z.boolean().meta({ description: 'The ownership record was found.' }),
  dkimEnabled: z.boolean().meta({ description: "The published DKIM key is this domain's key." }),
  mailFromEnabled: z.boolean().meta({ description: 'Both MAIL FROM records are correct.' }),
  dmarcEnabled: z.boolean().meta({ description: 'A valid DMARC policy applies to the domain.' }),
};

/** The Domain object of the wire: exactly these keys, in this order. */
export const domainSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-f\d]{24}$/)
      .meta({ example: '60d5ec49f1b2c72d9c8b2222' }),
    domainName: z.string().meta({ description: 'In lowercase, with A-labels (punycode).', example: 'example.com' }),
    verificationStatus,
    ...flags,
    dnsRecords: z.strictObject({
      ownership: txtRecord,
      dkim: z.discriminatedUnion('type', [txtRecord, cnameRecord]).meta({
        description:
          'A TXT record with the key, or the first of two CNAMEs if the domain has `dkimMode` `cname`; list both with `GET /v1/domains/{domainId}/records`.',
      }),
      mailFrom: z.tuple([mxRecord, txtRecord]).readonly(),
      dmarc: txtRecord,
    }),
    createdAt: time,
    lastCheckedAt: time.meta({ description: 'Equals createdAt until the first check.' }),
    verifiedAt: time.optional().meta({ description: 'Absent until the domain is first VERIFIED.' }),
    regionKey: z.string().meta({ example: 'us-east-1' }),
    verificationInProgress: z.boolean(),
  })
  .meta({ id: 'Domain' });

/** A domain as clients see it: the API and the command line show the same. */
export type DomainObject = z.output<typeof domainSchema>;

/** What `verify` answers with: the whole Domain, and its status once more beside it. */
export const verificationSchema = z.strictObject({
  domain: domainSchema,
  verificationInProgress: z
    .boolean()
    .meta({ description: 'Whether checks continue in the background or one is running now.' }),
  ownershipVerified: z.boolean(),
  verificationStatus,
  dkimEnabled: z.boolean(),
  mailFromEnabled: z.boolean(),
  dmarcEnabled: z.boolean(),
});

/** The outcome of `verify` as clients see it. */
export type VerificationObject = z.output<typeof verificationSchema>;
