import assert from 'node:assert/strict';
import { test } from 'node:test';
import { records, zone } from '../../../test/support/findings/explained-domain.ts';
import { lookupOf } from '../../../test/support/findings/record-view.ts';
import type { LookupResult, ZoneOfName } from '../answers/dns-answer.ts';
import { RECORD_KINDS } from '../records/record.ts';
import { findPlace, findPlaces, isAboveRegistrable } from './place.ts';

for (const [domain, zoneName, isAbove] of [
  ['example.com', 'com', true],
  ['example.com', '', true],
  ['example.com', 'example.com', false],
  ['mail.example.com', 'example.com', false],
  ['mail.example.com', 'mail.example.com', false],
  ['mail.example.com', 'com', true],
  // A public suffix of two labels is no company's zone, and neither is the one above it.
  ['example.co.uk', 'co.uk', true],
  ['example.co.uk', 'uk', true],
  ['example.co.uk', 'example.co.uk', false],
  // The labels decide, not the characters.
  ['example.com', 'ple.com', false],
  ['example.com', 'om', false],
  ['example.com', 'example.net', false],
  // A suffix itself was registered by nobody that we know of: it is its own top.
  ['co.uk', 'co.uk', false],
  ['co.uk', 'uk', true],
] as const)
  test(`"${zoneName}" is ${isAbove ? '' : 'not '}above what the owner of ${domain} could register`, () => {
    assert.equal(isAboveRegistrable(domain, zoneName), isAbove);
  });

const named = (name: string, ...servers: string[]): ZoneOfName => ({
  name,
  dnssec: 'unknown',
  nameservers: servers.map((server) => ({ name: server, addresses: [] })),
});
const seenIn = (over: Partial<LookupResult>) => lookupOf(records.dkim, { answers: [], ...over });

for (const [what, result, expected] of [
  ['never asked', undefined, [null, 'example.com', 'autosend._domainkey']],
  ['asked without a zone', seenIn({ zone: undefined }), [null, 'example.com', 'autosend._domainkey']],
  ['in the zone of the domain', seenIn({ zone }), ['example.com', 'example.com', 'autosend._domainkey']],
  [
    'in a zone below the domain',
    seenIn({ zone: named('_domainkey.example.com') }),
    ['_domainkey.example.com', '_domainkey.example.com', 'autosend'],
  ],
  [
    'at the top of its own zone',
    seenIn({ zone: named('autosend._domainkey.example.com') }),
    ['autosend._domainkey.example.com', 'autosend._domainkey.example.com', '@'],
  ],
  ['in the zone of the registry', seenIn({ zone: named('com') }), [null, 'example.com', 'autosend._domainkey']],
  ['in the root', seenIn({ zone: named('') }), [null, 'example.com', 'autosend._domainkey']],
  // The CNAME stands in the zone that was asked, not where it leads.
  [
    'a CNAME out of its zone',
    seenIn({ aliases: ['k.example.net'], zone: named('example.net'), askedZone: zone }),
    ['example.com', 'example.com', 'autosend._domainkey'],
  ],
  [
    'a CNAME, and its own zone not known',
    seenIn({ aliases: ['k.example.net'], zone: named('example.net') }),
    [null, 'example.com', 'autosend._domainkey'],
  ],
] as const)
  test(`a record goes into the zone that really holds its name: ${what}`, () => {
    const place = findPlace('example.com', 'dkim', records.dkim, result);
    assert.deepEqual([place.zone?.name ?? null, place.zoneName, place.host], expected);
  });

test('the provider is that of the zone in which the record goes, and is not guessed where that is not known', () => {
  const cloudflare = named('example.com', 'amy.ns.cloudflare.com', 'bob.ns.cloudflare.com');
  assert.equal(
    findPlace('example.com', 'dkim', records.dkim, seenIn({ zone: cloudflare })).provider?.key,
    'cloudflare',
  );
  assert.equal(findPlace('example.com', 'dkim', records.dkim, seenIn({ zone })).provider, null);
  const registry = named('com', 'amy.ns.cloudflare.com', 'bob.ns.cloudflare.com');
  assert.equal(findPlace('example.com', 'dkim', records.dkim, seenIn({ zone: registry })).provider, null);
});

test('each record has its own place, and only the MX a priority', () => {
  const places = findPlaces('example.com', records, new Map());
  assert.deepEqual(
    RECORD_KINDS.map((kind) => [places[kind].kind, places[kind].name, places[kind].type, places[kind].priority]),
    [
      ['ownership', '_autosend-verify.example.com', 'TXT', null],
      ['dkim', 'autosend._domainkey.example.com', 'TXT', null],
      ['mail_from_mx', 'asend.example.com', 'MX', 10],
      ['mail_from_spf', 'asend.example.com', 'TXT', null],
      ['dmarc', '_dmarc.example.com', 'TXT', null],
    ],
  );
});

test('two records at one name are placed by their own look-ups', () => {
  const lookups = new Map([
    ['MX asend.example.com', lookupOf(records.mail_from_mx, { answers: [], zone: named('asend.example.com') })],
  ]);
  const places = findPlaces('example.com', records, lookups);
  assert.deepEqual([places.mail_from_mx.host, places.mail_from_spf.host], ['@', 'asend']);
});
