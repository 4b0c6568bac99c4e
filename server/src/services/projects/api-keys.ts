import type { Permission } from '../../core/access/permissions.ts';
import { AppError, validationError } from '../../core/errors.ts';
import { buildId, isId, type ProjectId } from '../../core/ids.ts';
import { type ApiKey, apiKeyPrefix, createApiKey, hashApiKey, parseApiKey } from '../../crypto/api-keys.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/api-keys.ts';
import type { Context } from '../context.ts';
import { gatherLookups } from '../node/gathered.ts';
import type { Project } from './projects.ts';

/** Who calls: a valid key and its project. */
export interface Caller {
  readonly keyId: string;
  readonly permission: Permission;
  readonly project: Project;
}

/** A new key: its row, and the key itself, seen only now. */
export type IssuedApiKey = table.StoredApiKey & { readonly key: ApiKey };

export type { StoredApiKey } from '../../db/queries/api-keys.ts';

const TOUCH_EVERY_MS = 60_000;

/** Makes a key for a project, or stores the given one, and answers with it: the only time that it is seen. */
export async function issueApiKey(
  ctx: Pick<Context, 'clock' | 'randomBytes'>,
  db: Db,
  input: { projectId: ProjectId; name: string; permission: Permission; expiresAt?: Date; key?: ApiKey },
): Promise<IssuedApiKey> {
  const now = ctx.clock.now();
  if (input.expiresAt && input.expiresAt <= now) throw validationError('expiresAt', 'The expiry time is in the past.');
  const key = input.key ?? createApiKey();
  const id = buildId(now, ctx.randomBytes(8));
  const row = {
    id,
    projectId: input.projectId,
    name: input.name,
    prefix: apiKeyPrefix(key),
    permission: input.permission,
    createdAt: now,
    lastUsedAt: null,
    expiresAt: input.expiresAt ?? null,
    revokedAt: null,
  };
  await table.insertApiKey(db, { ...row, hash: hashApiKey(key) });
  return { ...row, key };
}

/** Lists a project's keys without their secrets. */
export function listApiKeys(ctx: Pick<Context, 'db'>, projectId: ProjectId): Promise<table.StoredApiKey[]> {
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
  if (!isId(id) || !(await table.revokeApiKey(ctx.db, projectId, id, ctx.clock.now())))
    throw new AppError('NOT_FOUND', 'API key not found in this project.');
}

/** Creates what finds who a key belongs to; null for one that is malformed, unknown, revoked or expired. */
export function createCallerLookup(
  ctx: Pick<Context, 'db' | 'clock' | 'background'>,
): (text: string) => Promise<Caller | null> {
  const toText = (hash: Buffer) => hash.toString('hex');
  const find = gatherLookups(toText, async (hashes) => {
    const rows = await table.findApiKeys(ctx.db, hashes);
    return new Map(rows.map((row) => [toText(row.key.hash), row]));
  });
  return async (text) => {
    const key = parseApiKey(text);
    const row = key && (await find(hashApiKey(key)));
    const now = ctx.clock.now();
    if (!row || describeApiKey(row.key, now) !== 'valid') return null;
    const staleBefore = new Date(now.getTime() - TOUCH_EVERY_MS);
    if (!row.key.lastUsedAt || row.key.lastUsedAt < staleBefore)
      ctx.background.run(table.touchApiKey(ctx.db, row.key.id, now, staleBefore));
    return { keyId: row.key.id, permission: row.key.permission, project: row.project };
  };
}
