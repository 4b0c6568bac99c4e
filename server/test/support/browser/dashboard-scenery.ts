import type { ApiKey } from '../../../src/crypto/api-keys.ts';
import type { ZoneRecord } from '../dns/dns-server-zones.ts';
import { listRecords } from '../dns/publish.ts';
import type { DashboardWorld } from './dashboard-browser.ts';

const CLOUDFLARE = [
  { name: 'amy.ns.cloudflare.com', address: '127.0.0.11' },
  { name: 'bob.ns.cloudflare.com', address: '127.0.0.12' },
];

/** The ids of the domains that the pages show. */
export interface Scenery {
  /** Some records right, the key cut off, the MX at a doubled name, DMARC the owner's own. */
  readonly half: string;
  readonly done: string;
  /** Not checked yet. */
  readonly fresh: string;
  /** Verified, with a new key whose record is not there yet, and one that was revoked. */
  readonly rotating: string;
  /** What stands in DNS there is meant to break pages. */
  readonly hostile: string;
}

/** Adds domains in every state that a person meets, with the zones that belong to them, and checks them. */
export async function setScenery({ service, dns }: DashboardWorld, key: ApiKey): Promise<Scenery> {
  const half = await service.addDomain('example.com', key);
  const done = await service.addDomain('mail.example.org', key);
  const hostile = await service.addDomain('hostile.example.net', key);
  const [ownership, dkim] = listRecords(half);
  if (ownership?.type !== 'TXT' || dkim?.type !== 'TXT') throw new Error('The first two records are TXT.');
  dns.setZone('example.com', {
    nameservers: CLOUDFLARE,
    records: [
      ownership,
      { ...dkim, value: String(dkim.value).slice(0, 255) },
      {
        name: 'asend.example.com.example.com',
        type: 'MX',
        priority: 10,
        value: 'feedback-smtp.us-east-1.amazonses.com',
      },
      { name: '_dmarc.example.com', type: 'TXT', value: 'v=DMARC1; p=reject; rua=mailto:dmarc@example.com' },
    ],
  });
  dns.setZone('mail.example.org', {
    nameservers: [
      { name: 'ns1.example.org', address: '127.0.0.13' },
      { name: 'ns2.example.org', address: '127.0.0.14' },
    ],
    records: listRecords(done),
  });
  dns.setZone('hostile.example.net', {
    nameservers: [{ name: 'ns1.example.net', address: '127.0.0.15' }],
    records: listHostileRecords(hostile.dnsRecords.ownership.name, hostile.dnsRecords.dkim.name),
  });
  for (const { id } of [half, done, hostile])
    await service.send({ method: 'POST', url: `/v1/domains/${id}/verify`, key });
  const rotating = await service.addDomain('news.example.org', key);
  dns.setZone('news.example.org', {
    nameservers: [{ name: 'ns1.example.org', address: '127.0.0.13' }],
    records: listRecords(rotating),
  });
  const keys = `/v1/domains/${rotating.id}/keys`;
  await service.send({ method: 'POST', url: `/v1/domains/${rotating.id}/verify`, key });
  const given = await service.send({ method: 'POST', url: keys, key, body: { type: 'ed25519' } });
  await service.send({ method: 'POST', url: `${keys}/${given.json.data.selector}/revoke`, key });
  await service.send({ method: 'POST', url: keys, key, body: {} });
  const fresh = await service.addDomain('a-rather-long-name-of-a-company-that-likes-words.example.org', key);
  return { half: half.id, done: done.id, fresh: fresh.id, rotating: rotating.id, hostile: hostile.id };
}

function listHostileRecords(ownershipName: string, dkimName: string): ZoneRecord[] {
  const octets = (text: string) => [Buffer.from(text, 'utf8')];
  return [
    {
      name: ownershipName,
      type: 'TXT',
      value: octets('<script>globalThis.isBroken = true</script><img src=x onerror="globalThis.isBroken=true">'),
    },
    {
      name: ownershipName,
      type: 'TXT',
      value: octets('\u001b[2J\u001b[31mred\u0007 \u202egnp.exe\u202c \u0000 `code` **bold**'),
    },
    { name: dkimName, type: 'TXT', value: Array.from({ length: 240 }, () => 'W'.repeat(255)) },
  ];
}
