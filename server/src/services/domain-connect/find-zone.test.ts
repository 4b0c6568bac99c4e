import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, DnsRecord, LookupResult, Question, ZoneOfName } from '../../core/answers/dns-answer.ts';
import { failedReply, toFailed } from '../../dns/failed-reply.ts';
import { createScriptedDns } from '../../dns/scripted-dns.ts';
import { findHoldingZone, type HoldingZone } from './find-zone.ts';

const SOURCE = { server: 'ns1.example.com', address: '192.0.2.53', via: 'authoritative', rttMs: 1 } as const;
const SOA: DnsRecord = { type: 'SOA', primary: 'ns1.example.com', serial: 1, minimumSeconds: 60 };
const NS: DnsRecord = { type: 'NS', target: 'ns1.example.com' };
const FAILED = toFailed(failedReply({ kind: 'out_of_time' }), SOURCE);
const ABSENT: Answer = { outcome: 'absent', reason: 'nodata', negativeTtlSeconds: 60, source: SOURCE };
const found = (...records: DnsRecord[]): Answer => ({ outcome: 'found', records, ttlSeconds: 60, source: SOURCE });

type Said = Answer | Partial<Pick<LookupResult, 'answers' | 'aliases' | 'zone' | 'askedZone'>>;

/** Finds the zone of `mail.example.com` in DNS that says this, by type and name, and nothing else. */
function find(mode: 'authoritative' | 'recursive', said: Readonly<Record<string, Said>>): Promise<HoldingZone | null> {
  const dns = createScriptedDns((question: Question): LookupResult => {
    const told = said[`${question.type} ${question.name}`] ?? ABSENT;
    const plain = { question, aliases: [], zone: undefined, answers: [ABSENT] };
    return 'outcome' in told ? { ...plain, answers: [told] } : { ...plain, ...told };
  });
  const dnsSettings = { mode, resolvers: [], authoritativePort: 53, allowPrivate: false };
  return findHoldingZone({ dns, dnsSettings }, 'mail.example.com', dns.startBudget());
}

const zoneOf = (name: string): ZoneOfName => ({
  name,
  nameservers: [{ name: `ns1.${name}`, addresses: ['192.0.2.53'] }],
  dnssec: 'unsigned',
});

describe('the zone that holds a domain', () => {
  it('is the one whose servers answered for its name', async () => {
    deepEqual(await find('authoritative', { 'SOA mail.example.com': { zone: zoneOf('example.com') } }), {
      apex: 'example.com',
      nameservers: ['ns1.example.com'],
    });
  });

  it('is the one with the alias, where the name is one, whoever answers behind it', async () => {
    const said = { answers: [FAILED], aliases: ['www.example.net'], askedZone: zoneOf('example.com') };
    equal((await find('authoritative', { 'SOA mail.example.com': said }))?.apex, 'example.com');
  });

  it('is not known where the search only came as far as a zone above', async () => {
    for (const zone of ['example.com', 'com', ''])
      equal(
        await find('authoritative', { 'SOA mail.example.com': { answers: [FAILED], zone: zoneOf(zone) } }),
        null,
        zone,
      );
  });

  it('is never that of a registry', async () => {
    equal(await find('authoritative', { 'SOA mail.example.com': { zone: zoneOf('com') } }), null);
  });
});

describe('the zone that holds a domain, where only resolvers are asked', () => {
  const ABOVE = { 'SOA example.com': found(SOA), 'NS example.com': found(NS) };

  it('is the nearest one with an SOA record', async () => {
    deepEqual(await find('recursive', ABOVE), { apex: 'example.com', nameservers: ['ns1.example.com'] });
    const own = { ...ABOVE, 'SOA mail.example.com': found(SOA), 'NS mail.example.com': found(NS) };
    equal((await find('recursive', own))?.apex, 'mail.example.com');
  });

  it('is not known where a resolver did not say whether the nearer name is one', async () => {
    equal(await find('recursive', { ...ABOVE, 'SOA mail.example.com': FAILED }), null);
  });

  it('is not known where nobody says who its servers are: then nothing shows that its record was left behind', async () => {
    equal(await find('recursive', { ...ABOVE, 'NS example.com': FAILED }), null);
  });

  it('is not the name itself because an alias leads to a zone', async () => {
    const said = { answers: [found(SOA)], aliases: ['example.net'] };
    equal((await find('recursive', { ...ABOVE, 'SOA mail.example.com': said }))?.apex, 'example.com');
  });

  it('is not looked for above what was registered', async () => {
    equal(await find('recursive', { 'SOA com': found(SOA), 'NS com': found(NS) }), null);
  });
});
