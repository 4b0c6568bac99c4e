import { createWebhookSecret } from '../../crypto/webhook-secrets.ts';
import type { StoredWebhook } from '../../db/queries/webhooks.ts';
import type { Context } from '../context.ts';
import { webhookContext } from '../node/key-sealing.ts';

/** Makes a secret for a webhook, and seals it for its row. */
export function sealNewSecret({ secretBox }: Pick<Context, 'secretBox'>, webhookId: string) {
  const secret = createWebhookSecret();
  const secretSealed = sealSecret({ secretBox }, webhookId, secret);
  return { secret, sealed: { secretSealed, secretKeyId: secretBox.keyId } };
}

/** Seals a secret for a webhook's row. */
export function sealSecret({ secretBox }: Pick<Context, 'secretBox'>, webhookId: string, secret: string): Buffer {
  return secretBox.seal(Buffer.from(secret), webhookContext(webhookId));
}

/** Opens the secrets that sign now: the webhook's own, and for a day after a change the one of before. */
export function openSecrets(
  { secretBox }: Pick<Context, 'secretBox'>,
  {
    id,
    secretSealed,
    previousSealed,
    previousUntil,
  }: Pick<StoredWebhook, 'id' | 'secretSealed' | 'previousSealed' | 'previousUntil'>,
  now: Date,
): [string, ...string[]] {
  const open = (sealed: Buffer) => secretBox.open(sealed, webhookContext(id)).toString('utf8');
  const isTwo = previousSealed !== null && previousUntil !== null && previousUntil > now;
  return isTwo ? [open(secretSealed), open(previousSealed)] : [open(secretSealed)];
}
