import { AppError } from '../core/errors.ts';
import { type ApiKey, parseApiKey } from '../crypto/api-keys.ts';
import * as secretKeyTable from '../db/secret-keys.ts';
import { issueApiKey } from './api-keys.ts';
import type { Context } from './context.ts';
import { createProject, listProjects } from './projects.ts';

const CANARY = 'autosend secret key check';

/**
 * Proves that the configured secret key is the one that sealed this database's private keys.
 * @throws AppError SERVICE_UNAVAILABLE that names both keys by their fingerprints
 */
export async function requireMatchingSecretKey(ctx: Pick<Context, 'db' | 'secretBox' | 'clock'>): Promise<void> {
  const { keyId } = ctx.secretBox;
  if ((await secretKeyTable.listSecretKeys(ctx.db)).length === 0) {
    const canary = ctx.secretBox.seal(Buffer.from(CANARY), canaryContext(keyId));
    await secretKeyTable.insertSecretKey(ctx.db, { id: keyId, canary, stage: 'active', createdAt: ctx.clock.now() });
  }
  const active = (await secretKeyTable.listSecretKeys(ctx.db)).find(({ stage }) => stage === 'active');
  if (active?.id === keyId) {
    ctx.secretBox.open(active.canary, canaryContext(keyId));
    return;
  }
  throw new AppError(
    'SERVICE_UNAVAILABLE',
    `The private keys in this database were sealed with the secret key ${active?.id ?? 'of another node'}, but the one ` +
      `configured is ${keyId}. Nothing was changed. Set AUTOSEND_SECRET_KEY to the earlier value (embedded database: ` +
      'restore secret.key in the data folder).',
  );
}

function canaryContext(keyId: string): string {
  return `secret_keys:${keyId}`;
}

/** Makes the project `default` and its first key on an empty database; null when there is a project already. */
export async function createFirstProject(ctx: Context, bootstrapKey: string | undefined): Promise<ApiKey | null> {
  if ((await listProjects(ctx)).length > 0) return null;
  const key = bootstrapKey === undefined ? undefined : (parseApiKey(bootstrapKey) ?? undefined);
  try {
    return await ctx.db.transaction(async (tx) => {
      const project = await createProject(ctx, tx, { name: 'default' });
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
