import { z } from 'zod';
import { PLAN_ACTIONS } from '../core/publishing/planned-change.ts';
import { READ_TYPES } from '../core/publishing/rr-set.ts';

const EXAMPLE_CONSENT = 'MX:asend.example.com:5f0c2b1a';

const rrSetSchema = z
  .strictObject({
    ttl: z.int().meta({ description: 'In seconds.', example: 3600 }),
    rdata: z.array(z.string()).meta({
      description: 'The data of each record, as a zone file has it (RFC 1035 §5.1).',
      example: ['"v=spf1 include:amazonses.com ~all"'],
    }),
  })
  .nullable();

const placeShape = {
  name: z.string().meta({ description: 'Without a final dot.', example: 'asend.example.com' }),
  type: z.enum(READ_TYPES),
};

const changeSchema = z
  .strictObject({
    ...placeShape,
    action: z.enum(PLAN_ACTIONS).meta({
      description:
        '`create`: nothing is there yet. `merge`: the record is added to what others have there, which stays. `replace`: only what the service wrote itself changes. `keep`: nothing changes. `conflict`: something of others would have to go, or somebody must do something first.',
    }),
    before: rrSetSchema.meta({ description: 'What is there now; null if nothing is.' }),
    after: rrSetSchema.meta({ description: 'What will be there afterwards; null if nothing will.' }),
    reason: z
      .strictObject({
        code: z.string().meta({ description: 'New codes may be added.', example: 'foreign_mx' }),
        message: z.string().meta({ description: 'What was found there. Names and values are in backticks.' }),
        fix: z.string().nullable().meta({ description: 'What a person can do about it if no consent helps.' }),
      })
      .optional()
      .meta({ description: 'Absent if there is nothing to say.' }),
    consent: z
      .strictObject({
        code: z.string().meta({
          description: 'What to send in `consents`. It covers what is there now, and nothing else.',
          example: EXAMPLE_CONSENT,
        }),
        message: z.string().meta({ description: 'What you agree to. It names what goes.' }),
      })
      .optional()
      .meta({ description: 'Present if the `conflict` can be agreed to. Several changes may need the same consent.' }),
  })
  .meta({ id: 'DnsChange' });

/** One record set of a plan, as clients see it. */
export type DnsChangeObject = z.output<typeof changeSchema>;

const planIdSchema = z
  .string()
  .meta({ description: 'The id of the plan. It changes as soon as the zone does.', example: '9b1f…' });
const zoneSchema = z.string().meta({ description: 'The zone that holds these names.', example: 'example.com' });
const connectionIdSchema = z
  .string()
  .meta({ description: 'The DNS connection that reaches the zone.', example: '60d5ec49f1b2c72d9c8b4444' });

/** What would be written for a domain. */
export const dnsPlanSchema = z
  .strictObject({
    planId: planIdSchema,
    zone: zoneSchema,
    connectionId: connectionIdSchema,
    connectionName: z.string().meta({ example: 'Our name server' }),
    isBeingWritten: z.boolean().meta({ description: 'Whether an earlier plan is being written right now.' }),
    changes: z.array(changeSchema),
  })
  .meta({ id: 'DnsPlan' });

/** A plan as clients see it. */
export type DnsPlanObject = z.output<typeof dnsPlanSchema>;

/** Which plan is carried out, and what is agreed to. */
export const applyDnsPlanBody = z.strictObject({
  planId: z
    .string({ error: ({ input }) => (input === undefined ? 'planId is missing.' : 'planId must be a string.') })
    .meta({ description: 'The `planId` of the plan that was shown.', example: '9b1f…' }),
  consents: z
    .array(z.string({ error: 'Each value in consents must be a string.' }), { error: 'consents must be an array.' })
    .max(100, 'consents can have at most 100 entries.')
    .optional()
    .meta({
      description: 'The codes of the conflicts that you agree to. The others are left as they are.',
      example: [EXAMPLE_CONSENT],
    }),
});

/** What was written. */
export const appliedDnsPlanSchema = z
  .strictObject({
    status: z.enum(['written', 'writing']).meta({
      description: "`writing`: it continues in the background. `isBeingWritten` in the plan says whether it's done.",
    }),
    zone: zoneSchema,
    connectionId: connectionIdSchema,
    written: z
      .array(z.strictObject({ ...placeShape, before: rrSetSchema, after: rrSetSchema }))
      .meta({ description: 'The record sets that changed.' }),
    left: z
      .array(changeSchema)
      .meta({ description: 'The conflicts that were not agreed to, or that nobody can agree to.' }),
  })
  .meta({ id: 'AppliedDnsPlan' });

/** What was written, as clients see it. */
export type AppliedDnsPlanObject = z.output<typeof appliedDnsPlanSchema>;
