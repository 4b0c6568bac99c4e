import { AutosendError } from './autosend-error.ts';
import type { WebhookEvent } from './webhook-event.ts';

/** The headers of a request, as any framework has them. */
export type RequestHeaders =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** How strictly a delivery is judged. */
export interface VerifyOptions {
  /** How far the time of the delivery may be from now, in seconds. Defaults to 300. */
  readonly toleranceSeconds?: number;
  /** The time now, in milliseconds since 1970; for tests. */
  readonly now?: number;
}

/**
 * Checks that a delivery comes from the service, as Standard Webhooks 1.0.0 says, and gives back its event.
 * @param rawBody the body as it came, before any parser: the signature is over its octets
 * @param secret the webhook's secret, `whsec_…`; several while it is being changed
 * @throws AutosendError INVALID_SIGNATURE
 */
export async function verifyWebhook(
  rawBody: string | Uint8Array | ArrayBuffer,
  headers: RequestHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300, now = Date.now() }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const id = readHeader(headers, 'webhook-id');
  const timestamp = readHeader(headers, 'webhook-timestamp');
  const signatures = readHeader(headers, 'webhook-signature').split(' ').flatMap(readSignature);
  if (!/^\d{1,12}$/.test(timestamp)) throw refuse('webhook-timestamp is not a number of seconds.');
  if (Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds)
    throw refuse('The delivery is too old, or the clocks differ.');
  const body = typeof rawBody === 'string' ? encode(rawBody) : new Uint8Array(rawBody);
  const signed = concat(encode(`${id}.${timestamp}.`), body);
  for (const each of typeof secret === 'string' ? [secret] : secret) {
    const key = await importSecret(each);
    // `verify` compares in constant time.
    for (const signature of signatures)
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return parseEvent(body);
  }
  throw refuse('No signature fits. Check the secret, and give the body as it came, before any parser.');
}

/** Signs as the service does; gives back the value of `webhook-signature`. */
export async function signWebhook(id: string, timestamp: number, body: string, secret: string): Promise<string> {
  const key = await importSecret(secret);
  const octets = await crypto.subtle.sign('HMAC', key, encode(`${id}.${timestamp}.${body}`));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(octets)))}`;
}

function refuse(message: string, cause?: unknown): AutosendError {
  return new AutosendError('INVALID_SIGNATURE', message, { status: 400, cause });
}

function readHeader(headers: RequestHeaders, name: string): string {
  const value =
    typeof headers.get === 'function'
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const text = typeof value === 'string' ? value : Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  if (typeof text !== 'string' || text === '') throw refuse(`The header ${name} is missing.`);
  return text;
}

/** Those of other versions are for other receivers. */
function readSignature(text: string): Uint8Array<ArrayBuffer>[] {
  const octets = text.startsWith('v1,') ? decodeBase64(text.slice(3)) : null;
  return octets ? [octets] : [];
}

function importSecret(secret: string): ReturnType<typeof crypto.subtle.importKey> {
  const octets = decodeBase64(secret.replace(/^whsec_/, ''));
  if (!octets || octets.length === 0) throw refuse('The secret must be whsec_ and base64.');
  return crypto.subtle.importKey('raw', octets, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function parseEvent(body: Uint8Array): WebhookEvent {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as WebhookEvent;
  } catch (cause) {
    throw refuse('The body is not JSON.', cause);
  }
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
