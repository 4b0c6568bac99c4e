import { buildId } from '../../core/ids.ts';
import type { KeyAlgorithm } from '../../core/records/dkim-key.ts';
import type { DkimKeyPair } from '../../crypto/dkim-keys.ts';
import type { StoredKey } from '../../db/queries/dkim-keys.ts';
import type { Context } from '../context.ts';

/** What a sealed private key is bound to: opened for another row it is worthless. */
export function dkimKeyContext(keyId: string): string {
  return `dkim_keys:${keyId}`;
}

/** What the secret of an authenticator app is bound to. */
export function totpContext(userId: string): string {
  return `totp_secrets:${userId}`;
}

/** What the secrets of a webhook are bound to. */
export function webhookContext(webhookId: string): string {
  return `webhooks:${webhookId}`;
}

/** What the credentials of a DNS connection are bound to. */
export function dnsConnectionContext(connectionId: string): string {
  return `dns_connections:${connectionId}`;
}

/** What a key that Domain Connect links are signed with is bound to. */
export function connectKeyContext(host: string): string {
  return `domain_connect_keys:${host}`;
}

/** Gives a key pair an id, and seals its private half for the row of that id. */
export function sealKey(
  ctx: Pick<Context, 'secretBox' | 'randomBytes'>,
  pair: DkimKeyPair,
  algorithm: KeyAlgorithm,
  now: Date,
): Pick<StoredKey, 'id' | 'algorithm' | 'publicKey' | 'privateKeySealed' | 'secretKeyId' | 'createdAt'> {
  const id = buildId(now, ctx.randomBytes(8));
  const privateKeySealed = ctx.secretBox.seal(pair.privateKeyDer, dkimKeyContext(id));
  return {
    id,
    algorithm,
    publicKey: pair.publicKey,
    privateKeySealed,
    secretKeyId: ctx.secretBox.keyId,
    createdAt: now,
  };
}
