import type { Events } from '../events.ts';
import { signWebhook } from '../webhook-signature.ts';

/** What is followed, and where it goes. */
export interface Listening {
  readonly events: Pick<Events, 'follow'>;
  /** Where each event is sent; left out, they are printed only. */
  readonly forward: string | undefined;
  /** Types such as `key.created`, and groups such as `domain.*`; empty for all. */
  readonly types: readonly string[];
  /** With which deliveries are signed. */
  readonly secret: string;
  readonly signal: AbortSignal;
  print(line: string): void;
  note(line: string): void;
}

const FORWARD_MS = 15_000;

/** Prints events as they happen and forwards them one after the other, signed like webhooks, until it is ended. */
export async function listen({ events, forward, types, secret, signal, print, note }: Listening): Promise<void> {
  const onReconnect = () => note('The connection was lost. Connecting again ...');
  try {
    for await (const { event, body } of events.follow({ signal, onReconnect })) {
      if (!isWanted(event.type, types)) continue;
      const about = 'domain' in event.data ? event.data.domain.domainName : '';
      const answer =
        forward === undefined ? '' : `  ${await deliver(forward, event.id, event.type, body, secret, signal)}`;
      print(`${event.createdAt}  ${event.type.padEnd(17)}  ${about}${answer}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Makes a secret for as long as the command runs. */
export function createSecret(): string {
  const octets = crypto.getRandomValues(new Uint8Array(32));
  return `whsec_${btoa(String.fromCharCode(...octets))}`;
}

/** Whether a type is one of those that were asked for. */
export function isWanted(type: string, wanted: readonly string[]): boolean {
  const fits = (each: string) =>
    each === '*' || each === type || (each.endsWith('.*') && type.startsWith(each.slice(0, -1)));
  return wanted.length === 0 || wanted.some(fits);
}

/** Sends one event as a webhook gets it; says what came of it. What the receiver did not take is not sent again. */
async function deliver(
  url: string,
  id: string,
  type: string,
  body: string,
  secret: string,
  signal: AbortSignal,
): Promise<string> {
  const now = Date.now();
  const seconds = Math.floor(now / 1000);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'AutoSend-Domains/listen',
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': await signWebhook(id, seconds, body, secret),
        'x-webhook-event': type,
        'x-webhook-delivery-id': id,
        'x-webhook-timestamp': String(now),
        'x-webhook-signature': await signHex(body, secret),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(FORWARD_MS)]),
    });
    await response.body?.cancel();
    return `${response.ok ? 'delivered' : 'refused'} (${response.status})`;
  } catch {
    return `not delivered: ${url} doesn't answer`;
  }
}

/** The other signature of a delivery: hex, of the body alone, with the whole text of the secret. */
async function signHex(body: string, secret: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const octets = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(body)));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
