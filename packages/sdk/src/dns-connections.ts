import type { BodyOf, DataOf } from './shapes.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';

/** `client.dnsConnections`: credentials for the zones that records are published in. */
export class DnsConnections {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a connection after its credentials were tried; what doesn't work is not saved. No answer shows the secrets again. */
  create(
    connection: BodyOf<'createDnsConnection'>,
    options: CreateOptions = {},
  ): Promise<DataOf<'createDnsConnection'>> {
    return this.#transport.call('POST', '/v1/dns-connections', { ...options, creates: true, body: connection });
  }

  /** All connections of the project, the oldest first. */
  async list(options: CallOptions = {}): Promise<DataOf<'listDnsConnections'>['dnsConnections']> {
    return (await this.#transport.call<DataOf<'listDnsConnections'>>('GET', '/v1/dns-connections', options))
      .dnsConnections;
  }

  /** One connection, with the domains that lie in its zones. */
  get(connectionId: string, options: CallOptions = {}): Promise<DataOf<'getDnsConnection'>> {
    return this.#transport.call('GET', at(connectionId), options);
  }

  /** Tries the credentials. With `zone`, a TXT record is also created there and removed again. */
  test(
    connectionId: string,
    test: BodyOf<'testDnsConnection'> = {},
    options: CallOptions = {},
  ): Promise<DataOf<'testDnsConnection'>> {
    return this.#transport.call('POST', `${at(connectionId)}/test`, { ...options, body: test });
  }

  /** Deletes a connection with its credentials. What was published through it stays in DNS. */
  delete(connectionId: string, options: CallOptions = {}): Promise<null> {
    return this.#transport.call('DELETE', at(connectionId), options);
  }
}

function at(connectionId: string): string {
  return `/v1/dns-connections/${encodeURIComponent(connectionId)}`;
}
