import { at } from './domains.ts';
import type { BodyOf, DataOf } from './shapes.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';

/** `client.shareLinks`: pages for whoever owns the DNS of a domain. */
export class ShareLinks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a link. Its `url` is in this answer only. */
  create(
    domainId: string,
    link: BodyOf<'createShareLink'> = {},
    options: CreateOptions = {},
  ): Promise<DataOf<'createShareLink'>> {
    return this.#transport.call('POST', `${at(domainId)}/share-links`, { ...options, creates: true, body: link });
  }

  /** All links of a domain, newest first, without their addresses. */
  async list(domainId: string, options: CallOptions = {}): Promise<DataOf<'listShareLinks'>['shareLinks']> {
    const path = `${at(domainId)}/share-links`;
    return (await this.#transport.call<DataOf<'listShareLinks'>>('GET', path, options)).shareLinks;
  }

  /** Ends a link, from the next request on. */
  revoke(domainId: string, linkId: string, options: CallOptions = {}): Promise<null> {
    return this.#transport.call('DELETE', `${at(domainId)}/share-links/${encodeURIComponent(linkId)}`, options);
  }
}
