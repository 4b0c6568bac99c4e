import { AppError } from '../../core/errors.ts';
import { listDnsConnectionsSealedOtherwise, replaceSealedDnsConnection } from '../../db/queries/dns-connections.ts';
import { listConnectKeysSealedOtherwise, replaceSealedConnectKey } from '../../db/queries/domain-connect/keys.ts';
import * as table from '../../db/queries/secret-keys.ts';
import { listWebhooksSealedOtherwise, replaceSealedWebhook } from '../../db/queries/webhooks.ts';
import type { Context } from '../context.ts';
import {
  connectKeyContext,
  dkimKeyContext,
  dnsConnectionContext,
  totpContext,
  webhookContext,
} from '../node/key-sealing.ts';

const BATCH = 500;

/** How far sealing anew is. */
export interface SealingProgress {
  readonly done: number;
  readonly left: number;
}

/**
 * Seals every private key, every secret of an authenticator app and of a webhook, the credentials of every DNS connection and every key that Domain Connect links are signed with, with the first configured secret key, and forgets the others when nothing is left. Nodes go on
 * serving: they open what either key sealed. It may end at any moment and be begun again.
 * @throws AppError FORBIDDEN where no node has started with the new key yet: none could open what it sealed
 */
export async function sealKeysAnew(
  ctx: Pick<Context, 'db' | 'secretBox'>,
  report: (progress: SealingProgress) => void,
): Promise<number> {
  const { keyId } = ctx.secretBox;
  const known = await table.listSecretKeys(ctx.db);
  if (!known.some(({ id, stage }) => id === keyId && stage === 'active'))
    throw new AppError(
      'FORBIDDEN',
      `No node is using the secret key ${keyId} yet. Restart all nodes with it as the first key, then run this again.`,
    );
  let done = 0;
  for (;;) {
    const keys = await table.listSealedOtherwise(ctx.db, keyId, BATCH);
    if (keys.length === 0) break;
    const anew = keys.map(({ id, sealed: before }) => {
      return { id, before, sealed: sealAnew(ctx.secretBox, before, dkimKeyContext(id)) };
    });
    await table.replaceSealed(ctx.db, keyId, anew);
    done += keys.length;
    report({ done, left: await table.countSealedOtherwise(ctx.db, keyId) });
  }
  done += await sealTotpAnew(ctx);
  done += await sealWebhooksAnew(ctx);
  done += await sealDnsConnectionsAnew(ctx);
  done += await sealConnectKeysAnew(ctx);
  await table.deleteRetiringSecretKeys(ctx.db);
  return done;
}

async function sealTotpAnew({ db, secretBox }: Pick<Context, 'db' | 'secretBox'>): Promise<number> {
  let done = 0;
  for (;;) {
    const secrets = await table.listTotpSealedOtherwise(db, secretBox.keyId, BATCH);
    if (secrets.length === 0) return done;
    for (const { userId, sealed: before } of secrets) {
      const sealed = sealAnew(secretBox, before, totpContext(userId));
      await table.replaceSealedTotp(db, secretBox.keyId, { userId, sealed, before });
    }
    done += secrets.length;
  }
}

function sealAnew(secretBox: Context['secretBox'], sealed: Uint8Array, context: string): Buffer {
  const secret = secretBox.open(sealed, context);
  try {
    return secretBox.seal(secret, context);
  } finally {
    secret.fill(0);
  }
}

async function sealWebhooksAnew({ db, secretBox }: Pick<Context, 'db' | 'secretBox'>): Promise<number> {
  let done = 0;
  for (;;) {
    const webhooks = await listWebhooksSealedOtherwise(db, secretBox.keyId, BATCH);
    if (webhooks.length === 0) return done;
    for (const { id, secretSealed: before, previousSealed } of webhooks) {
      const seal = (sealed: Buffer) => sealAnew(secretBox, sealed, webhookContext(id));
      const anew = { id, secretSealed: seal(before), previousSealed: previousSealed && seal(previousSealed) };
      await replaceSealedWebhook(db, secretBox.keyId, { ...anew, before });
    }
    done += webhooks.length;
  }
}

async function sealDnsConnectionsAnew({ db, secretBox }: Pick<Context, 'db' | 'secretBox'>): Promise<number> {
  let done = 0;
  for (;;) {
    const connections = await listDnsConnectionsSealedOtherwise(db, secretBox.keyId, BATCH);
    if (connections.length === 0) return done;
    for (const { id, secretsSealed: before } of connections) {
      const secretsSealed = sealAnew(secretBox, before, dnsConnectionContext(id));
      await replaceSealedDnsConnection(db, secretBox.keyId, { id, secretsSealed, before });
    }
    done += connections.length;
  }
}

async function sealConnectKeysAnew({ db, secretBox }: Pick<Context, 'db' | 'secretBox'>): Promise<number> {
  const keys = await listConnectKeysSealedOtherwise(db, secretBox.keyId);
  for (const { host, privateKeySealed: before } of keys) {
    const sealed = sealAnew(secretBox, before, connectKeyContext(host));
    await replaceSealedConnectKey(db, secretBox.keyId, { host, sealed, before });
  }
  return keys.length;
}
