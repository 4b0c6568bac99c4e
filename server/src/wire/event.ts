import { z } from 'zod';
import { validationError } from '../core/errors.ts';
import { EVENT_NOTES } from '../core/lifecycle/events.ts';
import { actorSchema } from './audit-entry.ts';
import { time } from './times.ts';

function listTypes(): string {
  return Object.entries(EVENT_NOTES)
    .flatMap(([type, note]) => (note === null ? [] : [note === '' ? `\`${type}\`` : `\`${type}\` (${note})`]))
    .join(', ');
}

/** One change of a domain, of those in `core/lifecycle/events.ts`. A text and not a list of values: an older client, or node, reads newer ones too. */
export const eventSchema = z
  .strictObject({
    id: z.string().regex(/^\d+$/).meta({ description: 'An opaque id that increases over time.' }),
    type: z.string().meta({
      description: `What changed: ${listTypes()}. New types may be added.`,
      example: 'record.verified',
    }),
    data: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Details of the change. Its keys depend on the type.' }),
    actor: actorSchema
      .nullable()
      .meta({ description: 'Who did it; null for what the service found or did automatically.' }),
    at: time,
  })
  .meta({ id: 'Event' });

/** The query of a domain's history. */
export const eventQuerySchema = z.strictObject({
  limit: z
    .string({ error: 'limit must be given once.' })
    .regex(/^\d{1,3}$/, 'limit must be a whole number from 1 to 100.')
    .transform(Number)
    .pipe(z.int().min(1, 'limit must be at least 1.').max(100, 'limit must be at most 100.'))
    .optional()
    .meta({ description: 'Defaults to 50.' }),
  cursor: z
    .string({ error: 'cursor must be given once.' })
    .max(40, 'cursor is invalid.')
    .optional()
    .meta({ description: '`nextCursor` from the previous page.' }),
});

/** Makes the opaque text that a client sends back for the next page. */
export function formatEventCursor(before: number): string {
  return Buffer.from(`event.${before}`).toString('base64url');
}

/** Reads a cursor. @throws AppError VALIDATION_FAILED */
export function parseEventCursor(text: string): number {
  // 15 digits: exact in a JavaScript number, and more changes than there will ever be.
  const [, before] = /^event\.(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (before === undefined)
    throw validationError('cursor', 'This cursor is invalid. Use nextCursor from the previous page.');
  return Number(before);
}
