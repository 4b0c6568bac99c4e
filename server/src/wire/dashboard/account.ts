import { z } from 'zod';
import { PROJECT_ROLES } from '../../core/access/roles.ts';
import { isPlainText } from '../../core/plain-text.ts';

import { dkimMode } from '../attributes.ts';
import { time } from '../times.ts';

/** What someone may do in a project; `member` only reads. */
export const projectRole = z.enum(PROJECT_ROLES, { error: `role must be one of ${PROJECT_ROLES.join(', ')}.` });

/** A name that people gave something: trimmed, 1 to 100 characters, all of which are shown. */
export const givenName = (field: string) =>
  z
    .string({ error: `${field} must be a string.` })
    .trim()
    .min(1, `${field} can't be empty.`)
    .max(100, `${field} can have at most 100 characters.`)
    .refine(isPlainText, `${field} can't have control characters.`);

/** An email address as it is stored: trimmed, lower case. */
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
  /** Whether only sessions with a second factor see it. */
  requireSecondFactor: z.boolean(),
  /** Its color on pages for its customers, as `#rrggbb`; null for ours. */
  brandColor: z.string().nullable(),
  /** The origins to which its share pages may lead back. */
  returnOrigins: z.array(z.string()),
  /** Another text with each logo, for its address; null where it has none. */
  logoVersion: z.string().nullable(),
  /** How its new domains publish their DKIM keys. */
  dkimMode,
  /** Whether its domains play parts, without any DNS. */
  isTest: z.boolean(),
  /** How far the clock of a test project is ahead of real time. */
  clockOffsetMs: z.int(),
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
  /** Whether this session was proved by more than a password. */
  hasSecondFactor: z.boolean(),
  projects: z.array(projectSchema),
});

/** A place where someone is signed in. */
export const sessionSchema = z.strictObject({
  id: z.string(),
  /** Whether it is the session that asks. */
  isCurrent: z.boolean(),
  createdAt: time,
  /** Exact to a minute. */
  lastUsedAt: time,
  expiresAt: time,
  /** The address that used it last; null where it is not known. */
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
});

export const newAccountBody = {
  name: givenName('name'),
  email: emailAddress,
  password: newPassword('password'),
};

/** What a right password leads to: the account, or null where a code of its authenticator app is still owed. */
export const signedInSchema = z.strictObject({ account: accountSchema.nullable() });

/** A code of an authenticator app, or a recovery code. */
export const oneTimeCode = z
  .string({ error: 'code must be a string.' })
  .trim()
  .max(40, 'code has at most 40 characters.');

/** What a browser's credential says as JSON (WebAuthn §5.1, `toJSON`); checked by the package for it. */
const credentialJson = z.record(z.string(), z.unknown(), { error: 'response must be an object.' });

/** What a browser is asked for a passkey, as JSON. */
export const passkeyOptionsSchema = z.strictObject({ options: z.record(z.string(), z.unknown()) });

export const passkeyBody = z.strictObject({ response: credentialJson });

export const newPasskeyBody = z.strictObject({ name: givenName('name'), response: credentialJson });

export const proofByPasswordBody = z.strictObject({
  password: givenPassword('password'),
  code: oneTimeCode.optional(),
});

/** How an account is protected. */
export const securitySchema = z.strictObject({
  hasPassword: z.boolean(),
  /** Since when there is an authenticator app; null where there is none. */
  totpSince: time.nullable(),
  recoveryCodesLeft: z.int(),
  /** The issuer of its identity at single sign-on; null where it has none. */
  identityIssuer: z.string().nullable(),
  /** Whether this session proved in the last five minutes whose it is. */
  isProofRecent: z.boolean(),
  passkeys: z.array(z.strictObject({ id: z.string(), name: z.string(), createdAt: time, lastUsedAt: time.nullable() })),
});

/** The secret of an authenticator app that is being set up, as text and as the address in its QR code. */
export const startedTotpSchema = z.strictObject({ secret: z.string(), uri: z.string() });

/** Codes that are shown this once. */
export const recoveryCodesSchema = z.strictObject({ recoveryCodes: z.array(z.string()) });

/** An account of the installation, as its owner sees it. */
export const installationAccountSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  isInstanceOwner: z.boolean(),
  createdAt: time,
  openSessions: z.int(),
  /** Null where it has no open session. */
  lastUsedAt: time.nullable(),
  hasSecondFactor: z.boolean(),
});

/** What a round at the provider of single sign-on is for. */
export const roundBody = z.strictObject({
  purpose: z.enum(['sign_in', 'invite', 'proof', 'link'], {
    error: 'purpose must be one of sign_in, invite, proof, link.',
  }),
  /** For `sign_in` the page to go on to, for `invite` the token of the invitation. */
  detail: z.string({ error: 'detail must be a string.' }).max(500, 'detail has at most 500 characters.').optional(),
});

/** How many sessions were ended. */
export const endedSessionsSchema = z.strictObject({ ended: z.int() });
