import { at } from './domains.ts';
import type { BodyOf, DataOf, DkimKey } from './shapes.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';

/** `client.keys`: the DKIM keys of a domain. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All keys of a domain, newest first, and its rotation interval. */
  list(domainId: string, options: CallOptions = {}): Promise<DataOf<'listDomainKeys'>> {
    return this.#transport.call('GET', `${at(domainId)}/keys`, options);
  }

  /** Creates or imports a key. Publish its record: it signs by itself once every name server has it. */
  create(domainId: string, key: BodyOf<'createDomainKey'> = {}, options: CreateOptions = {}): Promise<DkimKey> {
    return this.#transport.call('POST', `${at(domainId)}/keys`, { ...options, creates: true, body: key });
  }

  /** Signs with a key from now on; its record must be published. */
  activate(domainId: string, selector: string, options: CallOptions = {}): Promise<DkimKey> {
    return this.#transport.call('POST', `${at(domainId)}/keys/${encodeURIComponent(selector)}/activate`, options);
  }

  /** Deletes a private key for good. The key that signs cannot be revoked. */
  revoke(domainId: string, selector: string, options: CallOptions = {}): Promise<DkimKey> {
    return this.#transport.call('POST', `${at(domainId)}/keys/${encodeURIComponent(selector)}/revoke`, options);
  }
}
