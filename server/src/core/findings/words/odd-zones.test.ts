import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';

/** Zones that are set up badly, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'it is the zone that has to be corrected, and nothing at the registrar',
    seen: {
      code: 'ns_records_outdated',
      facts: { zone: 'example.com', outdated: ['ns1.oldhost.net'], delegated: ['ns1.newhost.net', 'ns2.newhost.net'] },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`example.com` is served by `ns1.newhost.net` and `ns2.newhost.net`, but its own NS records still name `ns1.oldhost.net`. Your records were found, though some mail receivers may not find them.',
      fix: 'In the zone `example.com` at your DNS provider, change the NS records to `ns1.newhost.net` and `ns2.newhost.net`. Nothing has to change where the zone is delegated.',
    },
  },
  {
    what: 'whoever runs the server can mend it',
    seen: { code: 'soa_not_answered', facts: { zone: '_domainkey.example.com', servers: ['dk.host.net'] } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`dk.host.net` answers for the records of `_domainkey.example.com`, but not for the SOA and NS records that every zone has. Your records were found, though some mail receivers may not find them.',
      fix: 'Ask whoever runs `dk.host.net` to set up the zone `_domainkey.example.com` with SOA and NS records.',
    },
  },
  {
    what: 'of a registered domain: at the registrar',
    seen: { code: 'zone_not_served', facts: { zone: 'example.com', servers: ['ns1.host.net', 'ns2.host.net'] } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`example.com` is delegated to `ns1.host.net` and `ns2.host.net`, and they do not answer for it. Nobody can find its records. Nothing has been changed.',
      fix: 'Set up the zone `example.com` on those servers, or correct the name servers at your registrar.',
    },
  },
  {
    what: 'of a zone of its own: in the zone above it',
    seen: { code: 'zone_not_served', facts: { zone: '_domainkey.example.com', servers: ['dk.host.net'] } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`_domainkey.example.com` is delegated to `dk.host.net`, and it does not answer for it. Nobody can find its records. Nothing has been changed.',
      fix: 'Set up the zone `_domainkey.example.com` on that server, or correct the name servers at the DNS provider of its parent zone.',
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
