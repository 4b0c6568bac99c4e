import { z } from 'zod';
import { validationError } from '../core/errors.ts';
import { type DomainName, isId } from '../core/ids.ts';

/** The formats whose tables stand in an answer; that of `folders` is the keys themselves. */
const TABLE_FORMATS = ['opendkim', 'rspamd'] as const;

/** A key that a mail server signs with, for one domain. */
export const mailServerKeySchema = z
  .strictObject({
    id: z.string().meta({ description: 'Of the key; what it stands for never changes.' }),
    domainName: z.string(),
    selector: z.string(),
    type: z.literal('rsa'),
    file: z.string().optional().meta({ description: 'With `format`: where the tables expect it, in `folder`.' }),
    privateKey: z.string().optional().meta({ description: 'PKCS#8 as PEM; absent with `privateKeys=false`.' }),
  })
  .meta({ id: 'MailServerKey' });

/** What is answered to a mail server. */
export const mailServerKeysSchema = z.strictObject({
  keys: z.array(mailServerKeySchema),
  tables: z
    .array(z.strictObject({ name: z.string(), text: z.string() }))
    .optional()
    .meta({
      description: 'With `format`: files for `folder`. The texts of all pages one after the other are the whole.',
    }),
  nextCursor: z.string().optional(),
});

const FOLDER = 'folder must be an absolute path without white space, quotation marks or backslashes.';
const IDS = 'ids must be 1 to 100 key IDs, separated by commas.';

/** The query of the keys for a mail server. */
export const mailServerKeysQuery = z.strictObject({
  format: z
    .enum(TABLE_FORMATS, { error: `format must be one of ${TABLE_FORMATS.join(', ')}.` })
    .optional()
    .meta({ description: 'For whose signer `tables` are written; with `folder`.' }),
  folder: z
    .string(FOLDER)
    .max(500, FOLDER)
    .regex(/^\/[^\s"\\\p{Cc}]*$/u, FOLDER)
    .transform((path) => path.replace(/\/+$/, ''))
    .optional()
    .meta({ description: 'Where the files will lie on the mail server: tables hold whole paths.' }),
  privateKeys: z
    .enum(['true', 'false'], 'privateKeys must be true or false.')
    .optional()
    .meta({ description: '`false` leaves the private keys out.' }),
  ids: z
    .string(IDS)
    .max(2_500, IDS)
    .transform((text) => text.split(','))
    .refine((ids) => ids.length <= 100 && ids.every(isId), IDS)
    .optional()
    .meta({ description: 'Only these keys; those that are not listed any more are left out.' }),
  limit: z
    .string('limit must be given once.')
    .regex(/^\d{1,4}$/, 'limit must be a whole number from 1 to 1000.')
    .transform(Number)
    .pipe(z.int().min(1, 'limit must be at least 1.').max(1000, 'limit must be at most 1000.'))
    .optional()
    .meta({ description: 'Defaults to 1000.' }),
  cursor: z
    .string('cursor must be given once.')
    .max(400, "cursor isn't valid.")
    .optional()
    .meta({ description: '`nextCursor` of the page before.' }),
});

/** Makes the opaque text that a client sends back for the next page. */
export function formatKeyCursor(after: DomainName): string {
  return Buffer.from(`key.${after}`).toString('base64url');
}

/** Reads a cursor. @throws AppError VALIDATION_FAILED */
export function parseKeyCursor(text: string): DomainName {
  const [, name] = /^key\.([a-z\d.-]{1,253})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (name === undefined)
    throw validationError('cursor', "This cursor isn't valid. Use nextCursor from the previous page.");
  return name as DomainName;
}
