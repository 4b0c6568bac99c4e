import { z } from 'zod';
import { PERMISSIONS } from '../../core/access/permissions.ts';
import { isColor } from '../../core/images/brand-color.ts';
import { dkimMode } from '../attributes.ts';
import { moment, time } from '../times.ts';
import { emailAddress, givenName, projectRole } from './account.ts';

const regionKey = z.string({ error: 'primaryRegion must be a string.' }).max(100, 'primaryRegion is too long.');

export const createProjectBody = z.strictObject({
  name: givenName('name'),
  primaryRegion: regionKey.optional(),
  /** Whether its domains play parts, without any DNS; it stays so. */
  isTest: z.boolean({ error: 'isTest must be true or false.' }).optional(),
});
export const updateProjectBody = z.strictObject({
  name: givenName('name').optional(),
  primaryRegion: regionKey.optional(),
  /** Whether only sessions with a second factor see the project; owners only. */
  requireSecondFactor: z.boolean({ error: 'requireSecondFactor must be true or false.' }).optional(),
  /** Its color on pages for its customers; null for ours. */
  brandColor: z
    .string({ error: 'brandColor must be a color such as #4f46e5.' })
    .toLowerCase()
    .refine(isColor, 'brandColor must be a color such as #4f46e5.')
    .nullable()
    .optional(),
  /** The origins to which share pages may lead back: all of them, in the place of those before. */
  returnOrigins: z
    .array(z.string({ error: 'returnOrigins must be a list of origins such as https://app.example.com.' }).max(300), {
      error: 'returnOrigins must be a list of origins such as https://app.example.com.',
    })
    .max(100, 'returnOrigins has at most 20 entries.')
    .optional(),
  /** How its new domains publish their DKIM keys. */
  dkimMode: dkimMode.optional(),
});

/** A logo as it is uploaded: a PNG, JPEG or WebP in base64. */
export const logoBody = z.strictObject({ image: z.string({ error: 'image must be a string in base64.' }) });

/** The version of a logo stands in its address, so that browsers keep it. */
export const logoQuery = z.strictObject({ v: z.string().max(40).optional() });

/** The name of what is to be deleted, typed by the person who deletes it. */
export const confirmBody = z.strictObject({
  confirm: z
    .string({ error: 'confirm must be the name of what you want to delete.' })
    .max(300, 'confirm can have at most 300 characters.'),
});

export const regionSchema = z.strictObject({ regionKey: z.string() });

export const permission = z.enum(PERMISSIONS, { error: `permission must be one of ${PERMISSIONS.join(', ')}.` });

/** An API key without its secret. */
export const apiKeySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The first characters, to tell keys apart. */
  prefix: z.string(),
  permission,
  state: z.enum(['valid', 'expired', 'revoked']),
  /** The name of who made it, or “the operator” for the command line; null where it was made before that was recorded. */
  createdBy: z.string().nullable(),
  /** Whether whoever made it is in the project no more. */
  isCreatorGone: z.boolean(),
  createdAt: time,
  /** Exact to a minute; null for a key that was never used. */
  lastUsedAt: time.nullable(),
  lastUsedAddress: z.string().nullable(),
  /** The names of the domains that it is for; null for all. */
  domains: z.array(z.string()).nullable(),
  /** The networks from which it works; null for all. */
  networks: z.array(z.string()).nullable(),
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
});

/** A new API key: the only answer that ever holds `key`. */
export const issuedApiKeySchema = apiKeySchema.extend({ key: z.string() });

/** What a key is limited to; the service reads each of them. */
const limitedList = (field: string, what: string, maxLength: number) =>
  z
    .array(
      z
        .string({ error: `${field} must be a list of ${what}.` })
        .max(maxLength, `${field} has an entry that is too long.`),
      {
        error: `${field} must be a list of ${what}.`,
      },
    )
    .min(1, `${field} can't be empty. Leave it out for a key without that limit.`)
    .max(100, `${field} has at most 100 entries.`);

export const createApiKeyBody = z.strictObject({
  name: givenName('name'),
  permission,
  expiresAt: moment('expiresAt').optional(),
  domains: limitedList('domains', 'domain names', 253).optional(),
  networks: limitedList('networks', 'networks such as 192.0.2.0/24', 60).optional(),
});

export const memberSchema = z.strictObject({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  role: projectRole,
  /** The owner of the installation stands in every list, and cannot be removed or changed. */
  isInstanceOwner: z.boolean(),
  joinedAt: time,
});

const revokeIssued = z.boolean({ error: 'revokeIssued must be true or false.' });

/** Whether the keys and links are revoked, and the webhooks disabled, that somebody made, when they go. Without it they go on working. */
export const departureBody = z.strictObject({ revokeIssued: revokeIssued.optional() }).nullish();

export const updateMemberBody = z.strictObject({ role: projectRole, revokeIssued: revokeIssued.optional() });

/** Deleting an account: its address, typed by the person, and whether what they made goes, too. */
export const deleteAccountBody = confirmBody.extend({ revokeIssued: revokeIssued.optional() });

/** For what somebody made: the role that they would have from then on; left out where they would be out. */
export const issuedQuery = z.strictObject({ role: projectRole.optional() });

/** What somebody made that works without them. */
export const issuedSchema = z.strictObject({
  apiKeys: z.array(apiKeySchema.pick({ id: true, name: true, prefix: true, permission: true, lastUsedAt: true })),
  shareLinks: z.array(
    z.strictObject({ id: z.string(), domainId: z.string(), domainName: z.string(), createdAt: time, expiresAt: time }),
  ),
  /** Disabled with the rest. */
  webhooks: z.array(z.strictObject({ id: z.string(), url: z.string(), events: z.array(z.string()) })),
  /** These stay, whatever is revoked. */
  dnsConnections: z.array(z.strictObject({ id: z.string(), name: z.string(), provider: z.string() })),
});

export const createInvitationBody = z.strictObject({
  role: projectRole,
  /** Where given, only an account with this address can accept. */
  email: emailAddress.optional(),
});

export const invitationSchema = z.strictObject({
  id: z.string(),
  role: projectRole,
  email: z.string().nullable(),
  state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  invitedBy: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
});

/** A new invitation: the only answer that ever holds its link. */
export const issuedInvitationSchema = invitationSchema.extend({ url: z.string() });

/** What a link shows before it is accepted. */
export const invitationPreviewSchema = z.strictObject({
  projectName: z.string(),
  role: projectRole,
  email: z.string().nullable(),
  expiresAt: time,
});
