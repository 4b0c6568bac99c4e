import { z } from 'zod';
import { validationError } from '../core/errors.ts';
import { type DomainName, isId } from '../core/ids.ts';

/** The formats whose tables stand in an answer; that of `folders` is the keys themselves. */
const TABLE_FORMATS = ['opendkim', 'rspamd'] as const;

/** A key that a mail server signs with, for one domain. */
export const mailServerKeySchema = z
  .strictObject({
    id: z.string().meta({ description: 'The id of the key. The key behind an id never changes.' }),
    domainName: z.string(),
    selector: z.string(),
    type: z.literal('rsa'),
    file: z
      .string()
      .optional()
      .meta({ description: 'With `format`: the path in `folder` where the tables expect the key.' }),
    privateKey: z.string().optional().meta({ description: 'PKCS#8 as PEM. Absent with `privateKeys=false`.' }),
  })
  .meta({ id: 'MailServerKey' });

/** What is answered to a mail server. */
export const mailServerKeysSchema = z.strictObject({
  keys: z.array(mailServerKeySchema),
  tables: z
    .array(z.strictObject({ name: z.string(), text: z.string() }))
    .optional()
    .meta({
      description: 'With `format`: the table files for `folder`. Concatenate the text of all pages.',
    }),
  nextCursor: z.string().optional(),
});

const FOLDER = 'folder must be an absolute path without spaces, quotation marks or backslashes.';
const IDS = 'ids must be 1 to 100 key IDs, separated by commas.';

/** The query of the keys for a mail server. */
export const mailServerKeysQuery = z.strictObject({
  format: z
    .enum(TABLE_FORMATS, { error: `format must be one of ${TABLE_FORMATS.join(', ')}.` })
    .optional()
    .meta({ description: 'Which signer to write `tables` for. Requires `folder`.' }),
  folder: z
    .string(FOLDER)
    .max(500, FOLDER)
    .regex(/^\/[^\s"\\\p{Cc}]*$/u, FOLDER)
    .transform((path) => path.replace(/\/+$/, ''))
    .optional()
    .meta({ description: 'The folder of the files on the mail server, because the tables contain full paths.' }),
  privateKeys: z
    .enum(['true', 'false'], 'privateKeys must be true or false.')
    .optional()
    .meta({ description: '`false` omits the private keys.' }),
  ids: z
    .string(IDS)
    .max(2_500, IDS)
    .transform((text) => text.split(','))
    .refine((ids) => ids.length <= 100 && ids.every(isId), IDS)
    .optional()
    .meta({ description: 'Only these keys. Ids that no longer exist are skipped.' }),
  limit: z
    .string('limit must be given once.')
    .regex(/^\d{1,4}$/, 'limit must be a whole number from 1 to 1000.')
    .transform(Number)
    .pipe(z.int().min(1, 'limit must be at least 1.').max(1000, 'limit must be at most 1000.'))
    .optional()
    .meta({ description: 'Defaults to 1000.' }),
  cursor: z
    .string('cursor must be given once.')
    .max(400, 'cursor is invalid.')
    .optional()
    .meta({ description: '`nextCursor` from the previous page.' }),
});

/** Makes the opaque text that a client sends back for the next page. */
export function formatKeyCursor(after: DomainName): string {
  return Buffer.from(`key.${after}`).toString('base64url');
}

/** Reads a cursor. @throws AppError VALIDATION_FAILED */
export function parseKeyCursor(text: string): DomainName {
  const [, name] = /^key\.([a-z\d.-]{1,253})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (name === undefined)
    throw validationError('cursor', 'This cursor is invalid. Use nextCursor from the previous page.');
  return name as DomainName;
}
