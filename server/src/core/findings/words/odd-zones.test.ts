import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SILENT } from '../../../../test/support/findings/sample-facts.ts';
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
        '`example.com` is delegated to `ns1.host.net` and `ns2.host.net`, but none of them serve it, so its records can’t be found. Nothing has been changed.',
      fix: 'Set up the zone `example.com` on those servers, or enter the right name servers at your registrar.',
    },
  },
  {
    what: 'of a zone of its own: in the zone above it',
    seen: { code: 'zone_not_served', facts: { zone: '_domainkey.example.com', servers: ['dk.host.net'] } },
    about: aboutRecord('dkim'),
    said: {
      title: 'The name servers don’t know the zone',
      detail:
        '`_domainkey.example.com` is delegated to `dk.host.net`, which doesn’t serve it, so its records can’t be found. Nothing has been changed.',
      fix: 'Set up the zone `_domainkey.example.com` on that server, or correct or delete the NS records of `_domainkey.example.com` at the DNS provider of its parent zone.',
    },
  },
  {
    what: 'the server is asked for by its answers, and nobody is sent to a registrar',
    seen: { code: 'answered_without_authority', facts: { names: ['ns1.host.net'], count: 1 } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`ns1.host.net` answers for `example.com`, but not as an authoritative name server (the AA flag is missing), as if from a cache. Some mail receivers may ignore such answers, and we don’t conclude from them that a record is missing.',
      fix: 'Ask whoever runs `ns1.host.net` to serve the zone `example.com` as an authoritative name server. A resolver or forwarder can’t stand in for one.',
    },
  },
  {
    what: 'who runs the servers can open the port',
    seen: { code: 'nameserver_without_tcp', facts: { names: ['ns1.host.net', 'ns2.host.net'], count: 2 } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'The answer for `autosend._domainkey.example.com` is too large for one UDP packet, and `ns1.host.net` and `ns2.host.net` didn’t send it over TCP. Mail receivers can’t get it from those servers either.',
      fix: 'Ask whoever runs `ns1.host.net` and `ns2.host.net` to allow DNS over TCP (port 53), for example in the firewall.',
    },
  },
  {
    what: 'of a zone of its own: the zone above it names other servers',
    seen: { code: 'nameserver_not_public', facts: { names: ['dk.host.net'], count: 1 } },
    about: aboutRecord('dkim', { zoneName: '_domainkey.example.com' }),
    said: {
      detail:
        '`dk.host.net` has only private addresses, which can’t be reached from the internet. Mail receivers can’t get any record of `_domainkey.example.com` from that server.',
      fix: 'Give `dk.host.net` public addresses, or replace it with public name servers at the DNS provider of its parent zone.',
    },
  },
  {
    what: 'only the zone itself names the server: nothing to do at the registrar',
    seen: { code: 'nameserver_lame', facts: { ...SILENT, isDelegated: false } },
    about: aboutRecord('dkim', { panel: 'Cloudflare' }),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) did not answer in time.',
      fix: 'Remove `ns2.example.com` from the NS records in the zone `example.com` at Cloudflare. Or set the zone up on it.',
    },
  },
  {
    what: 'the delegation names the server: at the registrar',
    seen: { code: 'nameserver_lame', facts: { ...SILENT, isDelegated: true } },
    about: aboutRecord('dkim', { panel: 'Cloudflare' }),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) did not answer in time.',
      fix: 'Remove `ns2.example.com` from the name servers of `example.com` at your registrar. Or set the zone up on it.',
    },
  },
  {
    what: 'the zone above a delegated one names the server: in its panel',
    seen: { code: 'nameserver_lame', facts: { ...SILENT, isDelegated: true } },
    about: aboutRecord('dkim', { zoneName: '_domainkey.example.com' }),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) did not answer in time.',
      fix: 'Remove `ns2.example.com` from the name servers of `_domainkey.example.com` at the DNS provider of its parent zone. Or set the zone up on it.',
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
