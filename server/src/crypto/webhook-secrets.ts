import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_OCTETS = 32;

/** Makes a webhook's secret: `whsec_` and 32 random octets in base64. */
export function createWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_OCTETS).toString('base64');
}

/** What is signed of a delivery. */
export interface SignedDelivery {
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
}

/** Signs a delivery as Standard Webhooks 1.0.0 has it: `v1,` and the HMAC-SHA256, in base64, under the decoded octets of the secret. */
export function signStandard(secret: string, { id, timestamp, body }: SignedDelivery): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Signs a delivery as the documented AutoSend service does: the HMAC-SHA256 of the body alone, in hex, under the whole text of the secret. */
export function signHex(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}
