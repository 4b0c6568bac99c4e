import { AppError } from '../../core/errors.ts';
import { type ApiKey, parseApiKey } from '../../crypto/api-keys.ts';
import * as secretKeyTable from '../../db/queries/secret-keys.ts';
import type { Context } from '../context.ts';
import { issueApiKey } from './api-keys.ts';
import { createProject, listProjects } from './projects.ts';

const CANARY = 'autosend secret key check';

/**
 * Proves that the configured secret key is the one that seals this database's private keys, or that we have that one too.
 * @throws AppError SERVICE_UNAVAILABLE that names both keys by their fingerprints
 */
export async function requireMatchingSecretKey(ctx: Pick<Context, 'db' | 'secretBox' | 'clock'>): Promise<void> {
  const { keyIds } = ctx.secretBox;
  if ((await secretKeyTable.listSecretKeys(ctx.db)).length === 0)
    await secretKeyTable.insertSecretKey(ctx.db, buildSecretKey(ctx));
  const known = await secretKeyTable.listSecretKeys(ctx.db);
  const active = known.find(({ stage }) => stage === 'active');
  // While keys are sealed anew, those that are still sealed with the one before have to open as well.
  const missing = [...(active ? [active] : []), ...known].find(({ id }) => !keyIds.includes(id));
  if (!missing) {
    for (const { id, canary } of known) ctx.secretBox.open(canary, canaryContext(id));
    return;
  }
  throw new AppError(
    'SERVICE_UNAVAILABLE',
    `The private keys in this database were sealed with the secret key ${missing.id}, but the configured key ` +
      `is ${keyIds.join(' and ')}. Nothing has been changed. Set AUTOSEND_SECRET_KEY to the earlier value (embedded database: ` +
      'restore secret.key in the data folder).',
  );
}

/**
 * Makes the first configured key the one that seals, where the database does not know it yet: the node that calls this has
 * the one before as well. Call it after `requireMatchingSecretKey`, and where a node starts to serve only: a key counts as
 * introduced when nodes run with it.
 */
export async function introduceSecretKey(ctx: Pick<Context, 'db' | 'secretBox' | 'clock'>): Promise<void> {
  const known = await secretKeyTable.listSecretKeys(ctx.db);
  if (known.some(({ id }) => id === ctx.secretBox.keyId)) return;
  await secretKeyTable.replaceActiveSecretKey(ctx.db, buildSecretKey(ctx));
}

function buildSecretKey({ secretBox, clock }: Pick<Context, 'secretBox' | 'clock'>) {
  const { keyId } = secretBox;
  const canary = secretBox.seal(Buffer.from(CANARY), canaryContext(keyId));
  return { id: keyId, canary, stage: 'active' as const, createdAt: clock.now() };
}

function canaryContext(keyId: string): string {
  return `secret_keys:${keyId}`;
}

/**
 * Makes the project `default` and its first key on an empty database; null when there is a project already.
 * @param options.withKey whether a key is made where none is given; where nobody could be shown it, none is
 */
export async function createFirstProject(
  ctx: Context,
  bootstrapKey: string | undefined,
  { withKey = true }: { readonly withKey?: boolean } = {},
): Promise<ApiKey | null> {
  if ((await listProjects(ctx)).length > 0) return null;
  const key = bootstrapKey === undefined ? undefined : (parseApiKey(bootstrapKey) ?? undefined);
  try {
    return await ctx.db.transaction(async (tx) => {
      const project = await createProject(ctx, tx, { name: 'default' });
      if (!key && !withKey) return null;
      const issued = await issueApiKey(ctx, tx, {
        projectId: project.id,
        name: 'first key',
        permission: 'full_access',
        ...(key && { key }),
      });
      return issued.key;
    });
  } catch (error) {
    // Another node that started at the same time has made it.
    if (error instanceof AppError && error.code === 'PROJECT_ALREADY_EXISTS') return null;
    throw error;
  }
}
