import { z } from 'zod';
import { ACTIONS, ACTOR_KINDS } from '../core/audit/entry.ts';
import { validationError } from '../core/errors.ts';
import { moment, time } from './times.ts';

const facts = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))
  .nullable();

/** Who did something. */
export const actorSchema = z.strictObject({
  type: z.enum(ACTOR_KINDS).meta({
    description:
      'A person of the dashboard, an API key, the operator on the command line, the service itself, or somebody unknown.',
  }),
  id: z.string().nullable(),
  name: z.string().nullable().meta({ description: 'As it was then.' }),
});

/** One thing that somebody did. */
export const auditEntrySchema = z
  .strictObject({
    id: z.string().regex(/^\d+$/).meta({ description: 'Grows with time; an opaque text to clients.' }),
    at: time,
    projectId: z.string().nullable(),
    actor: actorSchema,
    address: z.string().nullable().meta({ description: 'From where; null for the command line and the service.' }),
    requestId: z.string().nullable().meta({ description: 'The `X-Request-Id` of the answer.' }),
    action: z.string().meta({
      description: `What was done: ${Object.keys(ACTIONS)
        .map((action) => `\`${action}\``)
        .join(', ')}. More may come.`,
      example: 'api_key.created',
    }),
    object: z.strictObject({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
    before: facts.meta({ description: 'What changed, as it was. Never a secret.' }),
    after: facts.meta({ description: 'What changed, as it is since.' }),
  })
  .meta({ id: 'AuditEntry' });

/** An entry as clients see it. */
export type AuditEntryObject = z.output<typeof auditEntrySchema>;

const text = (field: string) =>
  z
    .string({ error: `${field} must be given once.` })
    .min(1, `${field} can't be empty.`)
    .max(100, `${field} has at most 100 characters.`)
    .refine((value) => !value.includes('\0'), `${field} contains a character that can't be stored.`);

/** What entries are chosen by. */
export const auditFilterSchema = z.strictObject({
  action: text('action')
    .optional()
    .meta({ description: 'A whole action, such as `api_key.created`, or all of a kind, such as `api_key`.' }),
  actorId: text('actorId').optional().meta({ description: 'Of the person or the API key.' }),
  objectId: text('objectId').optional(),
  from: moment('from').optional().meta({ description: 'Not before.' }),
  to: moment('to').optional().meta({ description: 'Before.' }),
});

/** The query of the audit log. */
export const auditQuerySchema = auditFilterSchema.extend({
  limit: z
    .string({ error: 'limit must be given once.' })
    .regex(/^\d{1,3}$/, 'limit must be a whole number from 1 to 500.')
    .transform(Number)
    .pipe(z.int().min(1, 'limit must be at least 1.').max(500, 'limit must be at most 500.'))
    .optional()
    .meta({ description: 'Defaults to 100.' }),
  cursor: z
    .string({ error: 'cursor must be given once.' })
    .max(60, "cursor isn't valid.")
    .optional()
    .meta({ description: '`nextCursor` of the page before.' }),
});

/** A page of the audit log, newest first. */
export const auditPageSchema = z.strictObject({
  entries: z.array(auditEntrySchema),
  nextCursor: z.string().optional(),
});

/** Makes the opaque text that a client sends back for the next page. */
export function formatAuditCursor(before: number): string {
  return Buffer.from(`audit.${before}`).toString('base64url');
}

/** Reads a cursor. @throws AppError VALIDATION_FAILED */
export function parseAuditCursor(cursor: string): number {
  const [, before] = /^audit\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (before === undefined)
    throw validationError('cursor', "This cursor isn't valid. Use nextCursor from the previous page.");
  return Number(before);
}
