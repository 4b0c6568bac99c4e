import { Resolver } from 'node:dns/promises';
import { buildTemplate } from '../../../src/core/domain-connect/template.ts';
import { createSigningKey, listSigningKeys } from '../../../src/services/domain-connect/signing-keys.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../app.ts';
import { type DnsServer, startDnsServer } from '../dns/dns-server.ts';
import type { ZoneRecord } from '../dns/dns-server-zones.ts';
import { createTestAuthority } from '../publishing/test-authority.ts';
import type { HeldRecord } from './apply-template.ts';
import { type ConnectStub, type OnboardedTemplate, startConnectStub } from './connect-stub.ts';

/** Where the operator's template is published, and its key. */
export const OPERATOR = 'mail.example.net';
/** Where keys stand of domains that publish them by CNAME. */
export const KEYS_ZONE = 'dkim.example.net';
/** The customer's zone, at the stub provider. */
export const ZONE = 'example.com';

/** A service with a template, a name server, and a DNS provider that has the template on board. */
export interface ConnectWorld {
  readonly service: TestApp;
  readonly dns: DnsServer;
  readonly stub: ConnectStub;
  /** Sets the customer's zone up, with the `_domainconnect` record unless told. */
  setZone(records?: readonly ZoneRecord[], place?: string | null): void;
  /** Replaces the TXT records of the public key; the right ones unless told. */
  publishKey(texts?: readonly string[]): Promise<void>;
  /** Lets so much time pass that what was found out is forgotten. */
  forget(): void;
  close(): Promise<void>;
}

const KNOWN_MS = 5 * 60_000 + 1;
const NAMESERVERS = [
  { name: `ns1.${ZONE}`, address: '127.0.0.11' },
  { name: `ns2.${ZONE}`, address: '127.0.0.12' },
];

/** The template as the operator would hand it in, with the service's own settings. */
export function onboard({ ctx }: Pick<TestApp, 'ctx'>): OnboardedTemplate {
  const { domainConnect: setup, labels, regions, keysZone, publicUrl } = ctx;
  if (!setup) throw new Error('The service has no template.');
  return JSON.parse(
    JSON.stringify(
      buildTemplate(
        { ...setup, labels, regions, keysZone },
        {
          providerName: 'Example Mail',
          serviceName: 'Email',
          version: 1,
          pubKeyDomain: setup.pubKeyDomain,
          redirectDomain: new URL(publicUrl).hostname,
        },
      ),
    ),
  );
}

/** Looks up TXT records by a resolver, as a provider does. */
export function createTxtLookup(resolver: { readonly address: string; readonly port: number }) {
  const client = new Resolver({ timeout: 2_000, tries: 3 });
  client.setServers([`${resolver.address}:${resolver.port}`]);
  return async (name: string) => (await client.resolveTxt(name)).map((strings) => strings.join(''));
}

/** Starts all of it, with a key that is published. */
export async function startConnectWorld(testFileUrl: string, options: TestAppOptions = {}): Promise<ConnectWorld> {
  const dns = await startDnsServer();
  const authority = await createTestAuthority();
  const stub = await startConnectStub({
    authority,
    host: 'connect.stub.example',
    resolveTxt: createTxtLookup(dns.resolver),
  });
  const service = await createTestApp(testFileUrl, {
    ...options,
    dns,
    ca: authority.ca,
    variables: {
      DOMAIN_CONNECT_PROVIDER_ID: OPERATOR,
      KEYS_ZONE,
      DOMAIN_CONNECT_ORIGINS: `${stub.origin}=Stub DNS`,
      ...options.variables,
    },
  });
  stub.templates = [onboard(service)];
  await createSigningKey(service.ctx);
  dns.setZone('stub.example', {
    nameservers: [{ name: 'ns1.stub.example', address: '127.0.0.13' }],
    records: [{ name: stub.host, type: 'A', value: '127.0.0.1' }],
  });
  const setZone: ConnectWorld['setZone'] = (records = [], place = stub.place) => {
    const discovery: ZoneRecord[] =
      place === null ? [] : [{ name: `_domainconnect.${ZONE}`, type: 'TXT', value: place }];
    dns.setZone(ZONE, { nameservers: NAMESERVERS, records: [...records, ...discovery] });
    let held: readonly HeldRecord[] = records.flatMap((record) =>
      record.type === 'SPF' || typeof record.value !== 'string' ? [] : [record as HeldRecord],
    );
    stub.zones.set(ZONE, {
      read: () => held,
      async write(next) {
        held = next;
        dns.setRecords(ZONE, [...(next as ZoneRecord[]), ...discovery]);
      },
    });
  };
  const publishKey: ConnectWorld['publishKey'] = async (texts) => {
    const setup = service.ctx.domainConnect;
    const [key] = setup ? await listSigningKeys(service.ctx, setup) : [];
    const name = key?.name ?? '';
    const records = (texts ?? key?.texts ?? []).map((value): ZoneRecord => ({ name, type: 'TXT', value }));
    dns.setZone(OPERATOR, { nameservers: [{ name: `ns1.${OPERATOR}`, address: '127.0.0.14' }], records });
  };
  setZone();
  await publishKey();
  return {
    service,
    dns,
    stub,
    setZone,
    publishKey,
    forget: () => service.clock.advance(KNOWN_MS),
    async close() {
      await service.close();
      await stub.close();
      await dns.close();
      await authority.close();
    },
  };
}
