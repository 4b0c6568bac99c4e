import { parseNetwork } from '../../core/access/network.ts';
import type { Permission } from '../../core/access/permissions.ts';
import { AppError, validationError } from '../../core/errors.ts';
import { buildId, type DomainName, isId, type ProjectId, type UserId } from '../../core/ids.ts';
import { readDomainName } from '../../core/names/domain-name.ts';
import { isPlainText } from '../../core/plain-text.ts';
import { type ApiKey, apiKeyPrefix, createApiKey, hashApiKey, parseApiKey } from '../../crypto/api-keys.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/api-keys.ts';
import { isTestProject } from '../../db/queries/test-projects.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { gatherLookups } from '../node/gathered.ts';
import type { Project } from './projects.ts';

/** Who calls: a valid key and its project. */
export interface Caller {
  readonly keyId: string;
  readonly name: string;
  readonly permission: Permission;
  /** The names of the domains that the key is for; null for all. */
  readonly domains: readonly DomainName[] | null;
  /** The networks from which it works; null for all. */
  readonly networks: readonly string[] | null;
  readonly lastUsedAt: Date | null;
  readonly project: Project;
}

/** A new key: its row, and the key itself, seen only now. */
export type IssuedApiKey = table.StoredApiKey & { readonly key: ApiKey };

export type { ListedApiKey } from '../../db/queries/api-keys.ts';

/** Who made a key that nobody of the dashboard made. */
const OPERATOR = 'the operator';
const TOUCH_EVERY_MS = 60_000;

/** What a key is made from. */
export interface NewApiKey {
  readonly projectId: ProjectId;
  readonly name: string;
  readonly permission: Permission;
  readonly expiresAt?: Date | undefined;
  /** The domains that it is for, by name, whether they are there yet or not; left out, all. */
  readonly domains?: readonly string[] | undefined;
  /** The networks from which it works, in CIDR notation; left out, all. */
  readonly networks?: readonly string[] | undefined;
  /** Left out where the operator makes it: on the command line, or at the first start. */
  readonly author?: { readonly userId: UserId; readonly name: string };
}

/** Makes a key for a project, or stores the given one, and answers with it: the only time that it is seen. */
export async function issueApiKey(
  ctx: Pick<Context, 'clock' | 'randomBytes'>,
  db: Db,
  input: NewApiKey & { key?: ApiKey },
): Promise<IssuedApiKey> {
  const now = ctx.clock.now();
  if (!isPlainText(input.name)) throw validationError('name', "name can't have control characters.");
  if (input.expiresAt && input.expiresAt <= now) throw validationError('expiresAt', 'The expiry time is in the past.');
  const key = input.key ?? createApiKey(await isTestProject(db, input.projectId));
  const id = buildId(now, ctx.randomBytes(8));
  const row = {
    id,
    projectId: input.projectId,
    name: input.name,
    prefix: apiKeyPrefix(key),
    permission: input.permission,
    createdBy: input.author?.userId ?? null,
    createdByName: input.author?.name ?? OPERATOR,
    createdAt: now,
    lastUsedAt: null,
    lastUsedAddress: null,
    allowedDomains: input.domains ? readDomains(input.domains) : null,
    allowedNetworks: input.networks ? readNetworks(input.networks) : null,
    expiresAt: input.expiresAt ?? null,
    revokedAt: null,
  };
  await table.insertApiKey(db, { ...row, hash: hashApiKey(key) });
  const { name, prefix, permission, allowedDomains: domains, allowedNetworks: networks, expiresAt } = row;
  await noteAction(db, now, {
    action: 'api_key.created',
    projectId: input.projectId,
    object: { kind: 'api_key', id, name },
    after: { prefix, permission, domains, networks, expiresAt: expiresAt?.toISOString() ?? null },
  });
  return { ...row, key };
}

/** @throws AppError VALIDATION_FAILED */
function readDomains(texts: readonly string[]): DomainName[] {
  return [
    ...new Set(
      texts.map((text) => {
        // Also under a reserved top-level domain: which ones may be added is checked when they are.
        const reading = readDomainName(text, { allowReservedTlds: true, derivedLabels: [] });
        if ('name' in reading) return reading.name;
        throw validationError('domains', reading.fault);
      }),
    ),
  ];
}

/** @throws AppError VALIDATION_FAILED */
function readNetworks(texts: readonly string[]): string[] {
  return [
    ...new Set(
      texts.map((text) => {
        const network = parseNetwork(text);
        if (network !== null) return network;
        throw validationError(
          'networks',
          `${JSON.stringify(text.slice(0, 80))} isn't a network. Use CIDR notation, such as 192.0.2.0/24 or 2001:db8::/32.`,
        );
      }),
    ),
  ];
}

/** Lists a project's keys without their secrets. */
export function listApiKeys(ctx: Pick<Context, 'db'>, projectId: ProjectId): Promise<table.ListedApiKey[]> {
  return table.listApiKeys(ctx.db, projectId);
}

/** Whether a key works at `now`, and if not, why. */
export function describeApiKey(key: table.StoredApiKey, now: Date): 'valid' | 'expired' | 'revoked' {
  if (key.revokedAt) return 'revoked';
  return key.expiresAt && key.expiresAt <= now ? 'expired' : 'valid';
}

/** Revokes a key, from the next request on. @throws AppError NOT_FOUND */
export async function revokeApiKey(
  ctx: Pick<Context, 'db' | 'clock'>,
  projectId: ProjectId,
  id: string,
): Promise<void> {
  const now = ctx.clock.now();
  const revoked =
    isId(id) &&
    (await ctx.db.transaction(async (tx) => {
      const key = await table.revokeApiKey(tx, projectId, id, now);
      const object = { kind: 'api_key', id, name: key?.name ?? null };
      if (key?.isRevokedNow) await noteAction(tx, now, { action: 'api_key.revoked', projectId, object });
      return key;
    }));
  if (!revoked) throw new AppError('NOT_FOUND', 'API key not found in this project.');
}

/** Whether a caller may deal with a domain of this name; one that it may not is not there for it. */
export function isForDomain({ domains }: Pick<Caller, 'domains'>, name: DomainName): boolean {
  return domains === null || domains.includes(name);
}

/** Notes in the background that a key was used, and from where, at most once a minute. */
export function noteUse(
  ctx: Pick<Context, 'db' | 'clock' | 'background'>,
  { keyId, lastUsedAt }: Caller,
  address: string,
): void {
  const now = ctx.clock.now();
  const staleBefore = new Date(now.getTime() - TOUCH_EVERY_MS);
  if (!lastUsedAt || lastUsedAt < staleBefore)
    ctx.background.run(table.touchApiKey(ctx.db, keyId, { now, address }, staleBefore));
}

/** Creates what finds who a key belongs to; null for one that is malformed, unknown, revoked or expired. */
export function createCallerLookup(ctx: Pick<Context, 'db' | 'clock'>): (text: string) => Promise<Caller | null> {
  const toText = (hash: Buffer) => hash.toString('hex');
  const find = gatherLookups(toText, async (hashes) => {
    const rows = await table.findApiKeys(ctx.db, hashes);
    return new Map(rows.map((row) => [toText(row.key.hash), row]));
  });
  return async (text) => {
    const key = parseApiKey(text);
    const row = key && (await find(hashApiKey(key)));
    if (!row || describeApiKey(row.key, ctx.clock.now()) !== 'valid') return null;
    const { id: keyId, name, permission, allowedDomains: domains, allowedNetworks: networks, lastUsedAt } = row.key;
    return { keyId, name, permission, domains, networks, lastUsedAt, project: row.project };
  };
}
