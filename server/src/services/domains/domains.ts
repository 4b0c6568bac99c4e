/*
 * Domains as customers see them: create, read, list, update, delete (`domains.ts`), their history (`events.ts`),
 * live updates over all nodes (`live-updates.ts`) and links for whoever holds the DNS (`share-links.ts`). Creating
 * a domain stores its key and intents in one statement. Checks are in `checks/`, keys in `keys/`.
 */

import { requireRoom } from '../../core/access/quotas.ts';
import { AppError, validationError } from '../../core/errors.ts';
import { buildId, type DomainId, type DomainName, isId, type ProjectId } from '../../core/ids.ts';
import { firstCheckAt } from '../../core/lifecycle/schedule.ts';
import { INITIAL_STATE } from '../../core/lifecycle/status.ts';
import { parseDomainName, readDomainName } from '../../core/names/domain-name.ts';
import { findUnicodeName } from '../../core/names/unicode-name.ts';
import { DEFAULT_WITHDRAW, type WithdrawChoice } from '../../core/publishing/withdraw-choice.ts';
import { buildKeysBelow, buildSlotSelectors, type DkimMode } from '../../core/records/key-slots.ts';
import { buildSelector, listDerivedLabels } from '../../core/records/records.ts';
import { isServedRegion } from '../../core/records/regions.ts';
import { findPart, PART_NAMES, type PartName, readPart } from '../../core/test-mode/parts.ts';
import type { Db } from '../../db/db.ts';
import { insertDkimKey } from '../../db/queries/dkim-keys.ts';
import { type DomainFilter, listDomains as listRows } from '../../db/queries/domain-pages.ts';
import * as table from '../../db/queries/domains.ts';
import { insertDomain, insertDomainAlone, type NewDomain } from '../../db/queries/new-domain.ts';
import { noteDnsIntent, noteWithdrawal } from '../../db/queries/publishing/intents.ts';
import { findActor } from '../audit/acting.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { freezeEvents, noteEvents, type ToldDomain } from '../events/note-events.ts';
import { gatherLookups } from '../node/gathered.ts';
import { sealKey } from '../node/key-sealing.ts';
import { addWithinQuota } from '../node/quotas.ts';
import { wipeGoneKeys } from '../node/wiped-keys.ts';
import { type Project, requireDkimMode, requireRegion } from '../projects/projects.ts';
import { noteIdentities } from '../sending-providers/identity-intents.ts';
import { inProjectTime, inTimeOf } from '../test-mode/test-mode.ts';

const QUICK_LIST = 100;

/** Reads what somebody typed or pasted, by the rules by which a domain is added. */
export function readTypedDomain(ctx: Pick<Context, 'allowReservedTlds' | 'labels'>, text: string) {
  return readDomainName(text, nameOptions(ctx));
}

/** Parses the name of a domain that is to be added. @throws AppError VALIDATION_FAILED */
export function parseNewName(ctx: Pick<Context, 'allowReservedTlds' | 'labels'>, text: unknown): DomainName {
  return parseDomainName(text, nameOptions(ctx));
}

/**
 * Reads the name of a domain that is to be added to a project, and the part that it plays where that is a test project. There
 * no other name is taken: no DNS is asked for it, so that it could only mislead.
 * @throws AppError VALIDATION_FAILED
 */
export function readNewName(
  ctx: Pick<Context, 'allowReservedTlds' | 'labels'>,
  { isTest }: Pick<Project, 'isTest'>,
  text: unknown,
): { readonly name: DomainName; readonly part: PartName | null } {
  if (!isTest) return { name: parseNewName(ctx, text), part: null };
  const name = parseNewName({ ...ctx, allowReservedTlds: true }, text);
  const part = findPart(name);
  if (part) return { name, part };
  throw validationError(
    'domain',
    `${name} can't be added to a test project. Use one of these scripted names, or any name below one: ${PART_NAMES.join(', ')}.`,
  );
}

function nameOptions(ctx: Pick<Context, 'allowReservedTlds' | 'labels'>) {
  return { allowReservedTlds: ctx.allowReservedTlds, derivedLabels: listDerivedLabels(ctx.labels) };
}

/**
 * Adds a domain to a project with a new key pair and ownership value. Never waits for DNS.
 * @param onStored runs in the same transaction, so that what it writes stands or falls with the domain
 * @throws AppError VALIDATION_FAILED, DOMAIN_ALREADY_EXISTS, QUOTA_EXCEEDED
 */
export async function createDomain(
  given: Context,
  project: Project,
  input: {
    domain: unknown;
    regionKey?: string | undefined;
    externalId?: string | undefined;
    metadata?: Readonly<Record<string, string>> | undefined;
    autoPublish?: boolean | undefined;
    /** How its DKIM keys are published, for good; as its project says where left out. */
    dkimMode?: DkimMode | undefined;
  },
  onStored?: (tx: Db, domain: table.StoredDomain) => Promise<void>,
): Promise<table.StoredDomain> {
  const ctx = inProjectTime(given, project);
  const { part, name } = readNewName(ctx, project, input.domain);
  const region = requireRegion(ctx, input.regionKey ?? project.primaryRegion, 'regionKey');
  const exists = () =>
    new AppError('DOMAIN_ALREADY_EXISTS', `The domain ${name} has already been added to this project.`);
  // The constraint and the quota decide when it is stored; this spares a key pair in the common case.
  if (await table.findDomainId(ctx.db, project.id, name)) throw exists();
  const { unverifiedDomains: max } = ctx.quotas;
  if (max !== null) requireRoom(ctx.quotas, 'unverifiedDomains', await table.countUnverified(ctx.db, project.id, max));
  const mode = input.dkimMode ?? (project.isTest ? 'txt' : project.dkimMode);
  requireDkimMode(ctx, project, mode);
  const pair = await ctx.keys.take();
  const now = ctx.clock.now();
  const id = buildId(now, ctx.randomBytes(8)) as DomainId;
  const keysBelow = mode === 'cname' && ctx.keysZone !== null ? buildKeysBelow(id, ctx.keysZone) : undefined;
  const build = (suffix?: string) =>
    keysBelow === undefined ? buildSelector(ctx.labels, suffix) : buildSlotSelectors(ctx.labels, suffix)[0];
  const key = {
    ...sealKey(ctx, pair, 'rsa-2048', now),
    selector: build(),
    otherSelector: build(ctx.randomBytes(2).toString('hex')),
  };
  const domain = {
    id,
    projectId: project.id,
    name,
    regionKey: region.key,
    recordSettings: { labels: ctx.labels, region, ...(keysBelow !== undefined && { keysBelow }) },
    ownershipToken: ctx.randomBytes(16).toString('hex'),
    state: INITIAL_STATE,
    createdAt: now,
    nextCheckAt: firstCheckAt(now),
    unicodeName: findUnicodeName(name),
    externalId: input.externalId ?? null,
    metadata: input.metadata ?? null,
    isTest: project.isTest,
    dkimRotationDays: (part && readPart(part).rotationDays) ?? 0,
    autoPublish: input.autoPublish ?? false,
  };
  const stored: NewDomain = { domain, key, ...freezeCreation(ctx, domain, key), actor: findActor() };
  // With nothing else to store, and no quota to keep, one statement is enough.
  if (!onStored && !isServedRegion(region) && max === null && !domain.autoPublish) {
    const added = await insertDomainAlone(ctx.db, stored);
    if (!added) throw exists();
    return added;
  }
  return addWithinQuota(ctx, 'unverifiedDomains', { projectId: project.id }, async (tx) => {
    const added = await insertDomain(tx, stored);
    if (!added) throw exists();
    const { domain } = added;
    if (!added.hasKey) await insertFirstKey(tx, domain, key);
    await noteIdentities(ctx, tx, [{ regionKey: region.key, name, isTest: project.isTest }]);
    await noteDnsIntent(tx, domain, ctx.realClock.now());
    await onStored?.(tx, domain);
    return domain;
  });
}

/** Freezes the first event of a domain, for either of the selectors that its key may get: the statement that adds it chooses. */
function freezeCreation(
  ctx: Context,
  domain: NewDomain['domain'],
  { selector, otherSelector, publicKey }: Pick<NewDomain['key'], 'selector' | 'otherSelector' | 'publicKey'>,
): Pick<NewDomain, 'event' | 'otherEvent'> {
  const { state, createdAt, name } = domain;
  const event = { type: 'domain.created', data: { domainName: name } } as const;
  const told: Omit<ToldDomain, 'selector'> = {
    ...domain,
    publicKey,
    status: state.status,
    ownershipVerified: false,
    dkimEnabled: false,
    mailFromEnabled: false,
    dmarcEnabled: false,
    lastCheckedAt: createdAt,
    verifiedAt: null,
  };
  const freeze = (chosen: string) => freezeEvents(ctx, { ...told, selector: chosen }, createdAt, [event]);
  const [[first], [other]] = [freeze(selector), freeze(otherSelector)];
  if (!first || !other) throw new Error('An event was frozen into nothing.');
  return { event: first, otherEvent: other };
}

/** Stores a domain's first key by itself, with the selector that was chosen for it. */
async function insertFirstKey(
  tx: Db,
  { id, name, selector }: table.StoredDomain,
  key: NewDomain['key'],
): Promise<void> {
  const { otherSelector: _, ...made } = key;
  const row = {
    ...made,
    selector,
    domainId: id,
    domainName: name,
    activatedAt: key.createdAt,
    stage: 'active' as const,
  };
  if (!(await insertDkimKey(tx, row))) throw new Error(`The new domain ${name} has a key already.`);
}

/** Gets a domain of a project. @throws AppError NOT_FOUND, the same for another project's id and for one that never was */
export async function getDomain(
  ctx: Pick<Context, 'db'>,
  projectId: ProjectId,
  id: string,
): Promise<table.StoredDomain> {
  const domain = isId(id) ? await table.findDomain(ctx.db, projectId, id) : null;
  if (!domain) throw domainNotFound();
  return domain;
}

/** Gets a domain of one of these projects. @throws AppError NOT_FOUND */
export async function getDomainOfAny(
  ctx: Pick<Context, 'db'>,
  projectIds: readonly ProjectId[],
  id: DomainId,
): Promise<table.StoredDomain> {
  const keys = projectIds.map((projectId) => ({ projectId, id }));
  const [domain] = keys.length === 0 ? [] : await table.findDomains(ctx.db, keys);
  if (!domain) throw domainNotFound();
  return domain;
}

/** Creates a `getDomain` for many callers at a time: they share trips to the database. */
export function createDomainLookup(
  ctx: Pick<Context, 'db'>,
): (projectId: ProjectId, id: string) => Promise<table.StoredDomain> {
  const toText = ({ projectId, id }: table.DomainKey) => `${projectId} ${id}`;
  const find = gatherLookups(toText, async (keys) => {
    const found = await table.findDomains(ctx.db, keys);
    return new Map(found.map((domain) => [toText(domain), domain]));
  });
  return async (projectId, id) => {
    const domain = isId(id) ? await find({ projectId, id }) : null;
    if (!domain) throw domainNotFound();
    return domain;
  };
}

/** Gets a domain of a project by its name, written in any way. @throws AppError VALIDATION_FAILED, NOT_FOUND */
export async function getDomainByName(ctx: Context, projectId: ProjectId, text: string): Promise<table.StoredDomain> {
  const name = parseDomainName(text, { allowReservedTlds: true });
  const id = await table.findDomainId(ctx.db, projectId, name);
  if (!id) throw new AppError('NOT_FOUND', `There is no domain ${name} in this project.`);
  return getDomain(ctx, projectId, id);
}

/** The answer for an id that this project does not have. */
export function domainNotFound(): AppError {
  return new AppError('NOT_FOUND', 'Domain not found in this project.');
}

/** One page of a project's domains, newest first; `next` is where the next page begins. */
export async function listDomains(
  ctx: Pick<Context, 'db' | 'slowStatements'>,
  projectId: ProjectId,
  filter: DomainFilter,
): Promise<{ domains: table.StoredDomain[]; next: { createdAt: Date; id: string } | null }> {
  const list = () => listRows(ctx.db, projectId, { ...filter, limit: filter.limit + 1 });
  const found = await (isSlow(filter) ? ctx.slowStatements.take(projectId, list) : list());
  const domains = found.slice(0, filter.limit);
  const last = domains.at(-1);
  return { domains, next: found.length > filter.limit && last ? { createdAt: last.createdAt, id: last.id } : null };
}

/** Whether a list may take more than some milliseconds: it is long, or has to look for what it is to show. */
function isSlow({ limit, names, search, status, regionKey, externalId }: DomainFilter): boolean {
  if (names !== undefined && names.length <= QUICK_LIST) return false;
  return [search, status, regionKey, externalId].some((each) => each !== undefined) || limit > QUICK_LIST;
}

/**
 * Deletes a domain with its keys. What was written for it into DNS is withdrawn afterwards, in the background.
 * @param withdraw what becomes of that
 * @throws AppError NOT_FOUND
 */
export async function deleteDomain(
  ctx: Pick<
    Context,
    'db' | 'clock' | 'realClock' | 'timing' | 'mailer' | 'regions' | 'background' | 'openedKeys' | 'signers'
  >,
  projectId: ProjectId,
  id: string,
  withdraw: WithdrawChoice = DEFAULT_WITHDRAW,
): Promise<void> {
  if (!isId(id)) throw domainNotFound();
  await ctx.db.transaction(async (tx) => {
    const deleted = await table.lockDomain(tx, projectId, id);
    if (deleted === null) throw domainNotFound();
    const own = await inTimeOf(ctx, deleted, tx);
    const event = { type: 'domain.deleted', data: { domainName: deleted.name } } as const;
    await noteEvents(own, tx, deleted, own.clock.now(), [event], findActor());
    await table.deleteDomain(tx, projectId, id);
    await noteAction(tx, ctx.realClock.now(), {
      action: 'domain.deleted',
      projectId,
      object: { kind: 'domain', id, name: deleted.name },
    });
    await noteIdentities(ctx, tx, [deleted]);
    await noteWithdrawal(tx, deleted, ctx.realClock.now(), withdraw);
  });
  ctx.background.run(wipeGoneKeys(ctx));
}
