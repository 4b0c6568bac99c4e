import { z } from 'zod';
import { PROJECT_ROLES } from '../../core/access/roles.ts';

export const time = z.iso.datetime({ precision: 3 });

/** What someone may do in a project; `member` only reads. */
export const projectRole = z.enum(PROJECT_ROLES, { error: `role must be one of ${PROJECT_ROLES.join(', ')}.` });

const storable = (text: string) => !text.includes('\0');

/** A name that people gave something: trimmed, 1 to 100 characters. */
export const givenName = (field: string) =>
  z
    .string({ error: `${field} must be a string.` })
    .trim()
    .min(1, `${field} can't be empty.`)
    .max(100, `${field} can have at most 100 characters.`)
    .refine(storable, `${field} contains a character that can't be stored.`);

/** An e-mail address as it is stored: trimmed, lower case. */
export const emailAddress = z
  .string({ error: 'email must be a string.' })
  .trim()
  .toLowerCase()
  .max(254, 'email can have at most 254 characters.')
  .pipe(z.email('email must be an address such as jo@example.com.'));

/** A password that somebody chooses now. */
export const newPassword = (field: string) =>
  z
    .string({ error: `${field} must be a string.` })
    .min(12, `${field} must have at least 12 characters.`)
    .max(200, `${field} can have at most 200 characters.`);

/** A password that is only compared: any text, bounded so that nobody makes us hash at length. */
export const givenPassword = (field: string) =>
  z.string({ error: `${field} must be a string.` }).max(200, `${field} can have at most 200 characters.`);

/** A one-time or share token; what cannot be one is answered like one that never existed. */
export const token = z.string({ error: 'token must be a string.' }).max(200, 'token can have at most 200 characters.');

/** A project as its members see it. */
export const projectSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  primaryRegion: z.string(),
  createdAt: time,
  /** What the signed-in person may do in it. */
  role: projectRole,
});

/** Who is signed in, and what they see. */
export const accountSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  /** The owner of the installation: owner in every project. */
  isInstanceOwner: z.boolean(),
  canCreateProjects: z.boolean(),
  projects: z.array(projectSchema),
});

/** A place where someone is signed in. */
export const sessionSchema = z.strictObject({
  id: z.string(),
  /** Whether it is the session that asks. */
  isCurrent: z.boolean(),
  createdAt: time,
  expiresAt: time,
  /** The address that signed in; null where it is not known. */
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
});

export const newAccountBody = {
  name: givenName('name'),
  email: emailAddress,
  password: newPassword('password'),
};
