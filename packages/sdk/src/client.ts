/*
 * The client of the AutoSend Domains API: `AutosendDomains` holds a group of calls for each resource, which send through
 * `transport.ts` (repeats, time limits, errors). `openapi.ts` is made from the service's own document, and `shapes.ts` names
 * its types. No dependencies, and nothing but `fetch` and WebCrypto of the platform.
 */

import { DnsConnections } from './dns-connections.ts';
import { Domains } from './domains.ts';
import { Events } from './events.ts';
import { Keys } from './keys.ts';
import type { DataOf } from './shapes.ts';
import { ShareLinks } from './share-links.ts';
import { TestClock } from './test-clock.ts';
import { type CallOptions, type ClientOptions, createTransport, type Transport } from './transport.ts';
import { Webhooks } from './webhooks.ts';

/** The API of one project. */
export class AutosendDomains {
  readonly #transport: Transport;
  /** Domains: add, check, list, wait. */
  readonly domains: Domains;
  /** DKIM keys: rotate, activate, revoke. */
  readonly keys: Keys;
  /** Pages for whoever owns the DNS. */
  readonly shareLinks: ShareLinks;

  /** Webhooks and their deliveries. */
  readonly webhooks: Webhooks;
  /** Credentials for the zones that records are published in. */
  readonly dnsConnections: DnsConnections;
  /** All that happens in the project. */
  readonly events: Events;
  /** The clock of a test project. */
  readonly test: TestClock;

  /** @throws AutosendError INVALID_OPTION */
  constructor(options: ClientOptions) {
    const transport = createTransport(options);
    this.#transport = transport;
    this.domains = new Domains(transport);
    this.keys = new Keys(transport);
    this.shareLinks = new ShareLinks(transport);
    this.webhooks = new Webhooks(transport);
    this.dnsConnections = new DnsConnections(transport);
    this.events = new Events(transport);
    this.test = new TestClock(transport);
  }

  /** What the API key may do, and in which project. */
  apiKey(options: CallOptions = {}): Promise<DataOf<'getOwnApiKey'>> {
    return this.#transport.call('GET', '/v1/api-key', options);
  }
}
