import type { BodyOf, DataOf } from './shapes.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';

/** A webhook. Its secret is `***hidden***` but in the answer of `create`. */
export type Webhook = DataOf<'getWebhook'>['webhook'];
/** A page: which one, and how many are on it. */
export interface PageOptions {
  readonly page?: number | undefined;
  readonly limit?: number | undefined;
}

/** `client.webhooks`. */
export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a webhook. Keep the `secret` of this answer: it verifies what is sent. */
  async create(webhook: BodyOf<'createWebhook'>, options: CreateOptions = {}): Promise<Webhook> {
    // The service keeps no answer with a secret in it for a repeat: so only what was refused is repeated.
    const request = { ...options, creates: true, once: true, body: webhook };
    return (await this.#transport.call<DataOf<'createWebhook'>>('POST', '/v1/webhooks', request)).webhook;
  }

  /** One page of the project's webhooks. */
  list(
    filter: PageOptions & { readonly isActive?: boolean | undefined } = {},
    options: CallOptions = {},
  ): Promise<DataOf<'listWebhooks'>> {
    return this.#transport.call('GET', '/v1/webhooks', { ...options, query: { ...filter } });
  }

  /** Gets a webhook, without its secret. */
  async get(id: string, options: CallOptions = {}): Promise<Webhook> {
    return (await this.#transport.call<DataOf<'getWebhook'>>('GET', at(id), options)).webhook;
  }

  /** Changes what is given: address, events, metadata, or whether it is on. */
  async update(id: string, change: BodyOf<'updateWebhook'>, options: CallOptions = {}): Promise<Webhook> {
    const request = { ...options, body: change };
    return (await this.#transport.call<DataOf<'updateWebhook'>>('PUT', at(id), request)).webhook;
  }

  /** Deletes a webhook and what waits for it. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.call('DELETE', at(id), options);
  }

  /** Shows the secret; for keys with full access. */
  async reveal(id: string, options: CallOptions = {}): Promise<string> {
    return (await this.#transport.call<DataOf<'revealWebhookSecret'>>('GET', `${at(id)}/reveal`, options)).secret;
  }

  /** Makes another secret. For a day both sign. */
  rotateSecret(id: string, options: CallOptions = {}): Promise<DataOf<'rotateWebhookSecret'>> {
    return this.#transport.call('POST', `${at(id)}/rotate-secret`, { ...options, once: true });
  }

  /** Sends a sample now, and answers with what the receiver said. */
  test(id: string, sample: BodyOf<'testWebhook'>, options: CallOptions = {}): Promise<DataOf<'testWebhook'>> {
    return this.#transport.call('POST', `${at(id)}/test`, { ...options, once: true, body: sample });
  }

  /** Sends an event of your own making through the queue. */
  resend(id: string, event: BodyOf<'resendWebhook'>, options: CallOptions = {}): Promise<DataOf<'resendWebhook'>> {
    return this.#transport.call('POST', `${at(id)}/resend`, { ...options, once: true, body: event });
  }

  /** One page of what was sent, newest first. */
  logs(id: string, page: PageOptions = {}, options: CallOptions = {}): Promise<DataOf<'listWebhookLogs'>> {
    return this.#transport.call('GET', `${at(id)}/logs`, { ...options, query: { ...page } });
  }

  /** A delivery: request and answer as they were. */
  delivery(id: string, deliveryId: string, options: CallOptions = {}): Promise<DataOf<'getWebhookDelivery'>> {
    return this.#transport.call('GET', `${at(id)}/deliveries/${encodeURIComponent(deliveryId)}`, options);
  }

  /** Sends a delivery again. */
  retry(id: string, deliveryId: string, options: CallOptions = {}): Promise<DataOf<'retryWebhookDelivery'>> {
    const path = `${at(id)}/deliveries/${encodeURIComponent(deliveryId)}/retry`;
    return this.#transport.call('POST', path, { ...options, once: true });
  }

  /** Sends all again that failed since then. */
  retryFailed(
    id: string,
    failed: BodyOf<'retryFailedDeliveries'>,
    options: CallOptions = {},
  ): Promise<DataOf<'retryFailedDeliveries'>> {
    return this.#transport.call('POST', `${at(id)}/retry-failed`, { ...options, once: true, body: failed });
  }
}

function at(id: string): string {
  return `/v1/webhooks/${encodeURIComponent(id)}`;
}
