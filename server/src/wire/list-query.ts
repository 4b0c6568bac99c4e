import { z } from 'zod';
import { validationError } from '../core/errors.ts';
import { isId } from '../core/ids.ts';
import { verificationStatus } from './domain.ts';

/** The query of the list of domains. */
export const listQuerySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'limit must be a whole number from 1 to 1000.')
    .transform(Number)
    .pipe(z.int().min(1, 'limit must be at least 1.').max(1000, 'limit must be at most 1000.'))
    .optional()
    .meta({ description: 'Defaults to 1000.', example: 100 }),
  cursor: z
    .string({ error: 'cursor must be given once.' })
    .max(200, 'cursor is invalid.')
    .optional()
    .meta({ description: '`nextCursor` from the previous page.' }),
  status: z
    .enum(verificationStatus.options, { error: `status must be one of ${verificationStatus.options.join(', ')}.` })
    .optional()
    .meta({ description: 'Only domains with this status.', example: 'VERIFIED' }),
  regionKey: z
    .string({ error: 'regionKey must be given once.' })
    .max(100, 'regionKey is too long.')
    .refine(isStorable, 'regionKey contains an invalid character.')
    .optional()
    .meta({ description: 'Only domains in this region.', example: 'us-east-1' }),
  search: z
    .string({ error: 'search must be given once.' })
    .min(1, "search can't be empty.")
    .max(253, 'search can have at most 253 characters.')
    .refine(isStorable, "search contains a character that domains can't contain.")
    .optional()
    .meta({ description: 'Only domains whose name contains this text.', example: 'example' }),
  name: z.string({ error: 'name must be given once.' }).max(1_000, 'name is too long.').optional().meta({
    description: 'Only the domain of this name, written in any way: one or none. Never 404.',
    example: 'example.com',
  }),
  externalId: z
    .string({ error: 'externalId must be given once.' })
    .min(1, "externalId can't be empty.")
    .max(200, 'externalId can have at most 200 characters.')
    .refine(isStorable, "externalId contains a character that can't be stored.")
    .optional()
    .meta({ description: 'Only domains that were added with this `externalId`.', example: 'cus_4711' }),
});

// PostgreSQL cannot hold U+0000 in a text, and refuses a query that compares with one.
function isStorable(text: string): boolean {
  return !text.includes('\0');
}

/** The end of the year 9999: JavaScript writes later years in a form that PostgreSQL does not read. */
const LAST_TIME_MS = 253_402_300_799_999;

/** Where a page of the list begins. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** Makes the opaque text that a client sends back for the next page. */
export function formatCursor({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt.getTime()}.${id}`).toString('base64url');
}

/** Reads a cursor. @throws AppError VALIDATION_FAILED */
export function parseCursor(text: string): Position {
  const [, milliseconds, id] = /^(\d{1,15})\.(.+)$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  const createdAt = new Date(Number(milliseconds));
  if (milliseconds === undefined || id === undefined || !isId(id) || !(createdAt.getTime() <= LAST_TIME_MS))
    throw validationError('cursor', 'This cursor is invalid. Use nextCursor from the previous page.');
  return { createdAt, id };
}
