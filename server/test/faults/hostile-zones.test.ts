import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/compose.ts';
import type { DomainName } from '../../src/core/ids.ts';
import { INITIAL_STATE } from '../../src/core/lifecycle/status.ts';
import { DEFAULT_LABELS } from '../../src/core/records/record-input.ts';
import { BUILT_IN_REGIONS } from '../../src/core/records/regions.ts';
import type { StoredDomain } from '../../src/db/queries/domains.ts';
import { createDns, type Dns } from '../../src/dns/lookup.ts';
import { performCheck } from '../../src/services/checks/check-domain.ts';
import { createMeters } from '../../src/services/node/meters.ts';
import { type DnsServerProcess, startDnsServerProcess } from '../support/dns/dns-server-process.ts';
import type { ZoneRecord } from '../support/dns/dns-server-zones.ts';

/** In full, thirty domains are checked four times, as in the half minute after `verify`. */
const isFull = process.env.AUTOSEND_TEST_TIMES !== undefined;
const DOMAINS = isFull ? 30 : 3;
const ROUNDS = isFull ? 4 : 1;
/** Two seconds of a core for 120 checks. */
const MAX_CPU_MS_EACH = 2_000 / 120;
const SERVERS = 13;

let server: DnsServerProcess;
let dns: Dns;
const [region] = BUILT_IN_REGIONS;
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

before(async () => {
  server = await startDnsServerProcess();
  const settings = { mode: 'authoritative', allowPrivate: true, authoritativePort: server.port } as const;
  dns = createDns({ ...settings, resolvers: [{ ...server.resolver, port: server.port }] }, { clock: systemClock });
});
after(async () => {
  await dns.close();
  await server.close();
});

/** What a zone publishes to keep us busy. @param name the domain */
const HOSTILE: Readonly<Record<string, (name: string) => ZoneRecord[]>> = {
  '32 KB of SPF terms that look up': (name) => [
    { name: `asend.${name}`, type: 'TXT', value: `v=spf1 ${'a '.repeat(16_000)}` },
  ],
  '32 KB of SPF networks': (name) => [
    { name: `asend.${name}`, type: 'TXT', value: `v=spf1 ${'ip4:192.0.2.1/31 '.repeat(1_900)}` },
  ],
  'ten includes of 4 KB of networks each': (name) => [
    {
      name: `asend.${name}`,
      type: 'TXT',
      value: `v=spf1 ${Array.from({ length: 10 }, (_, n) => `include:i${n}.${name}`).join(' ')}`,
    },
    ...Array.from({ length: 10 }, (_, n): ZoneRecord => {
      const networks = Array.from({ length: 180 }, (_each, i) => `ip4:${1 + ((n * 17 + i * 7) % 223)}.${i}.${n}.0/30`);
      return { name: `i${n}.${name}`, type: 'TXT', value: `v=spf1 ${networks.join(' ')} -all` };
    }),
  ],
  'TXT records of 60 KB': (name) =>
    ['_autosend-verify', 'autosend._domainkey', 'asend', '_dmarc'].flatMap((label) =>
      Array.from(
        { length: 200 },
        (_, n): ZoneRecord => ({
          name: `${label}.${name}`,
          type: 'TXT',
          value: `${n} ${'x'.repeat(280)}`,
        }),
      ),
    ),
  'a DKIM key of 16,384 bits': (name) => [
    { name: `autosend._domainkey.${name}`, type: 'TXT', value: `v=DKIM1; k=rsa; p=${'M'.repeat(2_800)}` },
  ],
  '1,000 MX records': (name) =>
    Array.from(
      { length: 1_000 },
      (_, n): ZoneRecord => ({
        name: `asend.${name}`,
        type: 'MX',
        priority: 10,
        value: `m${n}.${name}`,
      }),
    ),
  'CNAMEs one after the other': (name) => [
    { name: `_dmarc.${name}`, type: 'CNAME', value: `c0.${name}` },
    ...Array.from(
      { length: 20 },
      (_, n): ZoneRecord => ({
        name: `c${n}.${name}`,
        type: 'CNAME',
        value: `c${n + 1}.${name}`,
      }),
    ),
  ],
  'a DMARC record with thousands of addresses': (name) => [
    {
      name: `_dmarc.${name}`,
      type: 'TXT',
      value: `v=DMARC1; p=none; rua=${Array.from({ length: 1_200 }, (_, n) => `mailto:a@r${n}.example.net`).join(',')}`,
    },
  ],
};

function makeDomain(name: string): StoredDomain {
  assert.ok(region);
  const at = new Date();
  return {
    id: '0'.repeat(24),
    projectId: '0'.repeat(24),
    name: name as DomainName,
    regionKey: region.key,
    recordSettings: { labels: DEFAULT_LABELS, region },
    ownershipToken: '0'.repeat(32),
    state: { ...INITIAL_STATE, verifyRequestedAt: at },
    status: 'PENDING_CONFIGURATION',
    createdAt: at,
    selector: 'autosend',
    publicKey: key,
  } as unknown as StoredDomain;
}

for (const [what, publish] of Object.entries(HOSTILE))
  test(`${DOMAINS} zones of ${SERVERS} servers with ${what} cost little, and hold nobody up`, async (t) => {
    const slug = what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const domains = Array.from({ length: DOMAINS }, (_, n) => makeDomain(`h${n}.${slug.slice(0, 40)}.net`));
    for (const { name } of domains) {
      const nameservers = Array.from({ length: SERVERS }, (_, n) => ({
        name: `ns${n}.${name}`,
        address: `127.0.0.${11 + n}`,
      }));
      await server.setZone(name, { nameservers, records: publish(name) });
    }
    const ctx = { dns, clock: systemClock, stopping: new AbortController().signal, meters: createMeters() };
    const check = (domain: StoredDomain) => performCheck(ctx, domain, { mayProbe: true, force: true });
    // What the first check compiles is no zone's doing.
    await check(makeDomain('nothing-there.net'));
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round += 1) for (const domain of domains) await check(domain);
    const { user, system } = process.cpuUsage(before);
    delays.disable();
    const each = (user + system) / 1_000 / (ROUNDS * DOMAINS);
    t.diagnostic(`done: ${ROUNDS * DOMAINS} checks of ${what}`);
    t.diagnostic(
      `${each.toFixed(1)} ms of processor time a check; held up for ${(delays.max / 1e6).toFixed(0)} ms at most, ${(delays.percentile(99) / 1e6).toFixed(0)} ms at the 99th percentile`,
    );
    // Speed is judged in full only, where nothing else runs; here it is enough that every check ends.
    if (isFull) assert.ok(each <= MAX_CPU_MS_EACH, `${each.toFixed(1)} ms of processor time a check`);
  });
