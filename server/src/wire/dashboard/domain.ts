import { z } from 'zod';
import { LIST_STATES } from '../../core/domain-list.ts';
import { RECORD_KINDS } from '../../core/records/record.ts';
import { RECORD_TYPES } from '../../core/records/to-publish.ts';
import { attributesBody, dkimMode, publishingSchema } from '../attributes.ts';
import { domainSchema } from '../domain.ts';
import { autoPublish } from '../domain-settings.ts';
import { keySchema } from '../key.ts';
import { recipient } from '../share-link.ts';
import { moment, time } from '../times.ts';

/** The name as people write it; null where it is the same. */
const unicodeName = z.string().nullable();

/** How a record stood at the last check; `unchecked` before the first one. */
export const recordState = z.enum(['verified', 'missing', 'mismatched', 'conflicting', 'unknown', 'unchecked']);

/** One record to publish, and how it stands. */
export const recordSchema = z.strictObject({
  record: z.enum(RECORD_KINDS),
  type: z.enum(RECORD_TYPES),
  name: z.string(),
  /** The whole value. */
  value: z.string(),
  /** The value as the character-strings of one TXT record, at most 255 octets each; one for an MX. */
  chunks: z.array(z.string()),
  priority: z.int().nullable(),
  /** What we propose, and what the files hold. */
  ttlSeconds: z.int(),
  purpose: z.string(),
  state: recordState,
});

/** One record as the page of a domain shows it. */
export type RecordDetail = z.output<typeof recordSchema>;

/** What is going on with a domain, and when the next thing happens. */
const progressSchema = z.strictObject({
  /** Whether a check runs at this moment. */
  isChecking: z.boolean(),
  nextCheckAt: time.nullable(),
  /** When the present state ends unless its records are found; null where no clock runs. */
  deadlineAt: time.nullable(),
  /** Until when a verified domain counts as that at least, though a required record is missed; null where none is. */
  atRiskAt: time.nullable(),
});

/** What is going on with a domain, as clients see it. */
export type Progress = z.output<typeof progressSchema>;

/** A line of the list: the Domain of the API without its records, when it is checked next, and how its records stood at the last check. */
export const domainListItemSchema = domainSchema.omit({ dnsRecords: true }).extend({
  ...progressSchema.shape,
  projectId: z.string(),
  unicodeName,
  /** Where it stands in the list (`core/domain-list.ts`). */
  listState: z.enum(LIST_STATES),
  /** How each record stood at the last check, in the order of `RECORD_KINDS`; null before the first one. */
  standings: z.array(z.enum(['right', 'wrong', 'waiting', 'unknown'])).nullable(),
});

/** A line of the list, as the dashboard gets it. */
export type DomainListItem = z.output<typeof domainListItemSchema>;

/** A domain with its records one by one: what the domain page, its live updates and the answers to changes hold. */
export const domainDetailSchema = domainSchema.extend({
  ...progressSchema.shape,
  unicodeName,
  /** What the program that added it calls it; null where it did not say. */
  externalId: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
  /** The last check; null before the first one. */
  checkedAt: time.nullable(),
  records: z.array(recordSchema),
  /** All keys, newest first. */
  keys: z.array(keySchema),
  /** At what age the key gets a successor automatically; 0 for never. */
  dkimRotationDays: z.int(),
  autoPublish: z.boolean(),
  /** How publishing automatically stands; null unless it is on. */
  publishing: publishingSchema.nullable(),
  /** Whether records stand in DNS that the service wrote. */
  hasPublications: z.boolean(),
  /** How its DKIM keys are published; fixed when it is added. */
  dkimMode,
});

/** A domain as its page gets it. */
export type DomainDetail = z.output<typeof domainDetailSchema>;

export const createDomainBody = z.strictObject({
  domain: z.string({ error: 'domain must be a string.' }),
  regionKey: z.string({ error: 'regionKey must be a string.' }).optional(),
  ...attributesBody,
  autoPublish: autoPublish.optional(),
  dkimMode: dkimMode.optional(),
});

/** What a text means as a domain: the name, or what is wrong with it and what was probably meant. */
export const typedDomainSchema = z.strictObject({
  domainName: z.string().nullable(),
  problem: z.string().nullable(),
  /** A name that would be accepted; null where none is clear. */
  suggestion: z.string().nullable(),
  /** Why a name that is accepted will probably never be verified. */
  warning: z.string().nullable(),
});

export const shareLinkSchema = z.strictObject({
  id: z.string(),
  state: z.enum(['open', 'revoked', 'expired']),
  createdBy: z.string().nullable(),
  /** Whether whoever made it is in the project no more. */
  isCreatorGone: z.boolean(),
  /** For whom it was made, as its author said. */
  recipient: z.string().nullable(),
  createdAt: time,
  expiresAt: time,
  /** When a browser first and last had its page open, exact to a minute; null where none had. */
  firstOpenedAt: time.nullable(),
  lastOpenedAt: time.nullable(),
});

/** A share link, without its address. */
export type ShareLinkObject = z.output<typeof shareLinkSchema>;

/** A new share link: the only answer that ever holds its address. */
export const issuedShareLinkSchema = shareLinkSchema.extend({ url: z.string() });

export const createShareLinkBody = z.strictObject({
  expiresAt: moment('expiresAt').optional(),
  /** A name or an address, to tell links apart. */
  recipient: recipient.optional(),
});

/** What whoever owns the DNS sees: the records of one domain and how they stand, and nothing else of the project. */
export const sharedDomainSchema = z.strictObject({
  domainName: z.string(),
  unicodeName,
  verificationStatus: domainSchema.shape.verificationStatus,
  verificationInProgress: z.boolean(),
  ...progressSchema.shape,
  checkedAt: time.nullable(),
  records: z.array(recordSchema),
  /** The keys whose records are wanted beside those: pending ones, and an Ed25519 key. */
  keys: z.array(keySchema),
  /** Whether it belongs to a test project, and plays a part: nothing has to be published. */
  isTest: z.boolean(),
  /** How far the clock of a test project is ahead of real time. */
  clockOffsetMs: z.int(),
  /** Whether an address may be left, to be told when the domain is ready. */
  canTellWhenReady: z.boolean(),
  /** When this link ends. */
  linkExpiresAt: time,
  /** Where the page leads when all is done; null where it leads nowhere. */
  returnUrl: z.string().nullable(),
  /** Who asks: the project with its color and logo, and the person who shared it; null where that account is gone. */
  from: z.strictObject({
    project: z.string(),
    person: z.string().nullable(),
    brandColor: z.string().nullable(),
    logoVersion: z.string().nullable(),
  }),
});

/** A domain as whoever owns its DNS sees it, by a link: nothing else of the project is in it, and no id. */
export type SharedDomain = z.output<typeof sharedDomainSchema>;

/** What the last check saw, in numbers: enough to say it in a sentence. */
export const seenSchema = z.strictObject({
  /** Null before the first check. */
  checkedAt: time.nullable(),
  /** Whether that check was made for this very request; false where the limit of checks, or slow DNS, stood against it. */
  isFresh: z.boolean(),
  /** Name servers that answered, and those that did not. */
  answeringServers: z.int(),
  silentServers: z.int(),
  /** Of the records to publish, those that are right, that are not there, that are there with something wrong, and that nobody answered for. */
  rightRecords: z.int(),
  missingRecords: z.int(),
  wrongRecords: z.int(),
  unansweredRecords: z.int(),
});

/** What the last check saw, in numbers. */
export type SeenByCheck = z.output<typeof seenSchema>;

/** A domain after somebody asked for a check. */
export const checkedDomainSchema = domainDetailSchema.extend({ seen: seenSchema });

/** The same as whoever has a share link gets it. */
export const checkedSharedDomainSchema = sharedDomainSchema.extend({ seen: seenSchema });

/** The events of `…/domains/live`, by name. */
export const listLiveEvents = {
  ready: z.strictObject({}),
  domain: domainListItemSchema,
  deleted: z.strictObject({ id: z.string() }),
};

/** The events of `…/domains/{domainId}/live`, by name. */
export const domainLiveEvents = {
  ready: z.strictObject({}),
  domain: domainDetailSchema,
  deleted: z.strictObject({ id: z.string() }),
};

/** The events of `/api/share/{token}/live`, by name. `ended`: the link was revoked or ran out, or the domain is gone. */
export const sharedLiveEvents = {
  ready: z.strictObject({}),
  domain: sharedDomainSchema,
  ended: z.strictObject({}),
};
