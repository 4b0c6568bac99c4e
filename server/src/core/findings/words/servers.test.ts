import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSING_RESOLVER, SILENT } from '../../../../test/support/findings/sample-facts.ts';
import { aboutRecord, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';

/** Name servers that differ, fail or do not answer, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'one has it, one does not',
    seen: {
      code: 'nameservers_disagree',
      facts: { verified: { names: ['ns1.example.com'], count: 1 }, missing: { names: ['ns2.example.com'], count: 1 } },
    },
    about: aboutRecord('ownership'),
    said: {
      detail: '`ns1.example.com` has the record at `_autosend-verify.example.com`, `ns2.example.com` doesn’t.',
      fix: 'This usually settles within minutes. If it doesn’t, ask your DNS provider about `ns2.example.com`.',
    },
  },
  {
    what: 'two have it, two do not',
    seen: {
      code: 'nameservers_disagree',
      facts: {
        verified: { names: ['ns1.example.com', 'ns2.example.com'], count: 2 },
        missing: { names: ['ns3.example.com', 'ns4.example.com'], count: 2 },
      },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`ns1.example.com` and `ns2.example.com` have the record at `_autosend-verify.example.com`, `ns3.example.com` and `ns4.example.com` don’t.',
      fix: 'This usually settles within minutes. If it doesn’t, ask your DNS provider about `ns3.example.com` and `ns4.example.com`.',
    },
  },
  {
    what: 'of many the first are named',
    seen: {
      code: 'nameservers_disagree',
      facts: {
        verified: { names: ['ns1.example.com'], count: 1 },
        mismatched: { names: ['ns2.example.com'], count: 9 },
      },
    },
    about: aboutRecord('dkim', { panel: 'Cloudflare' }),
    said: {
      detail:
        '`ns1.example.com` has the record at `autosend._domainkey.example.com`, `ns2.example.com` and 8 more have a different one.',
      fix: 'This usually settles within minutes. If it doesn’t, ask Cloudflare about `ns2.example.com`.',
    },
  },
  {
    what: 'none has it',
    seen: {
      code: 'nameservers_disagree',
      facts: {
        mismatched: { names: ['ns1.example.com'], count: 1 },
        missing: { names: ['ns2.example.com'], count: 1 },
      },
    },
    about: aboutRecord('ownership'),
    said: {
      title: 'Your name servers don’t agree',
      detail: '`ns1.example.com` has a different record at `_autosend-verify.example.com`, `ns2.example.com` has none.',
      fix: 'This usually settles within minutes. If it doesn’t, ask your DNS provider about `ns1.example.com` and `ns2.example.com`.',
    },
  },
  {
    what: 'some have too many',
    seen: {
      code: 'nameservers_disagree',
      facts: {
        verified: { names: ['ns3.example.com'], count: 1 },
        conflicting: { names: ['ns1.example.com', 'ns2.example.com'], count: 2 },
      },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      detail:
        '`ns3.example.com` has the record at `asend.example.com`, `ns1.example.com` and `ns2.example.com` have more than allowed.',
      fix: 'This usually settles within minutes. If it doesn’t, ask your DNS provider about `ns1.example.com` and `ns2.example.com`.',
    },
  },
  {
    what: 'wrong in each way',
    seen: {
      code: 'nameservers_disagree',
      facts: {
        conflicting: { names: ['ns1.example.com'], count: 1 },
        mismatched: { names: ['ns2.example.com'], count: 1 },
        missing: { names: ['ns3.example.com', 'ns4.example.com'], count: 2 },
      },
    },
    about: aboutRecord('mail_from_mx'),
    said: {
      title: 'Your name servers don’t agree',
      detail:
        '`ns1.example.com` has more records at `asend.example.com` than allowed, `ns2.example.com` has a different one, `ns3.example.com` and `ns4.example.com` have none.',
      fix: 'This usually settles within minutes. If it doesn’t, ask your DNS provider about `ns1.example.com`, `ns2.example.com`, `ns3.example.com` and `ns4.example.com`.',
    },
  },
  {
    what: 'of a registered domain: the registrar can change it',
    seen: {
      code: 'nameserver_lame',
      facts: { ...SILENT, failure: { kind: 'error_code', rcode: 'REFUSED', step: { at: 'record' } } },
    },
    about: aboutRecord('ownership'),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) refuses to answer for this name (REFUSED).',
      fix: 'Remove `ns2.example.com` from the name servers of `example.com` wherever it is listed: at your registrar, in the zone’s own NS records at your DNS provider, or both. Or set the zone up on it.',
    },
  },
  {
    what: 'of a zone of its own: the parent zone can change it',
    seen: { code: 'nameserver_lame', facts: SILENT },
    about: aboutRecord('dkim', { zoneName: '_domainkey.example.com' }),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) did not answer in time.',
      fix: 'Remove `ns2.example.com` from the name servers of `_domainkey.example.com` wherever it is listed: at the DNS provider of its parent zone, in the zone’s own NS records at your DNS provider, or both. Or set the zone up on it.',
    },
  },
  {
    what: 'the others answered',
    seen: { code: 'nameserver_unreachable', facts: SILENT },
    about: aboutRecord('ownership'),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) did not answer in time. Your other name servers answered.',
      fix: 'If this persists, ask your DNS provider about `ns2.example.com`.',
    },
  },
  {
    what: 'in a known panel',
    seen: { code: 'nameserver_unreachable', facts: SILENT },
    about: aboutRecord('ownership', { panel: 'Cloudflare' }),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) did not answer in time. Your other name servers answered.',
      fix: 'If this persists, ask Cloudflare about `ns2.example.com`.',
    },
  },
  {
    what: 'asked once',
    seen: { code: 'no_nameserver_answered', facts: { failures: [SILENT], count: 1 } },
    about: aboutRecord(
      'ownership',
      {},
      {
        nextCheckAt: new Date('2026-01-15T12:15:00.000Z'),
        unanswered: { since: '2026-01-15T11:45:00.000Z', checks: 1 },
      },
    ),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. This says nothing about your records, and nothing has been changed. We asked at 11:45 UTC. We’ll try again at 12:15 UTC.',
      fix: null,
    },
  },
  {
    what: 'asked twice',
    seen: { code: 'no_nameserver_answered', facts: { failures: [SILENT], count: 1 } },
    about: aboutRecord(
      'ownership',
      {},
      {
        nextCheckAt: new Date('2026-01-15T12:15:00.000Z'),
        unanswered: { since: '2026-01-15T11:45:00.000Z', checks: 2 },
      },
    ),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. This says nothing about your records, and nothing has been changed. We have asked twice since 11:45 UTC. We’ll try again at 12:15 UTC.',
      fix: null,
    },
  },
  {
    what: 'asked three times',
    seen: { code: 'no_nameserver_answered', facts: { failures: [SILENT], count: 1 } },
    about: aboutRecord(
      'ownership',
      {},
      {
        nextCheckAt: new Date('2026-01-15T12:15:00.000Z'),
        unanswered: { since: '2026-01-15T11:45:00.000Z', checks: 3 },
      },
    ),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. This says nothing about your records, and nothing has been changed. We have asked 3 times since 11:45 UTC. We’ll try again at 12:15 UTC.',
      fix: null,
    },
  },
  {
    what: 'soon again',
    seen: { code: 'no_nameserver_answered', facts: { failures: [SILENT], count: 1 } },
    about: aboutRecord('ownership', {}, { nextCheckAt: new Date('2026-01-15T12:00:30.000Z') }),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. This says nothing about your records, and nothing has been changed. We’ll try again within a minute.',
      fix: null,
    },
  },
  {
    what: 'no other check is due: none is promised',
    seen: { code: 'no_nameserver_answered', facts: { failures: [SILENT], count: 1 } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. This says nothing about your records, and nothing has been changed.',
      fix: null,
    },
  },
  {
    what: 'more servers than are named',
    seen: { code: 'no_nameserver_answered', facts: { failures: [SILENT], count: 3 } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. 2 more servers didn’t answer either. This says nothing about your records, and nothing has been changed.',
      fix: null,
    },
  },
  {
    what: 'one more server than is named',
    seen: { code: 'no_nameserver_answered', facts: { failures: [SILENT], count: 2 } },
    about: aboutRecord('ownership'),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. 1 more server didn’t answer either. This says nothing about your records, and nothing has been changed.',
      fix: null,
    },
  },
  {
    what: 'the resolver is told by its role, once',
    seen: {
      code: 'resolver_unanswered',
      facts: {
        failures: [REFUSING_RESOLVER, { ...REFUSING_RESOLVER, server: '10.0.0.54', address: '10.0.0.54' }],
        count: 2,
      },
    },
    about: aboutRecord('ownership'),
    said: {
      detail:
        'Our DNS resolver refuses to answer for this name (REFUSED). This says nothing about your records, and nothing has been changed.',
      fix: null,
    },
  },
  {
    what: 'an include',
    seen: { code: 'referenced_name_unanswered', facts: { what: 'names', names: ['_spf.example.net'] } },
    about: aboutRecord(
      'mail_from_spf',
      {},
      {
        nextCheckAt: new Date('2026-01-15T12:15:00.000Z'),
        unanswered: { since: '2026-01-15T11:45:00.000Z', checks: 1 },
      },
    ),
    said: {
      detail:
        'What applies at `asend.example.com` also depends on `_spf.example.net`, which could not be looked up just now. This says nothing about your records, and nothing has been changed. We’ll retry automatically.',
      fix: 'If this persists, check the names after `include:` and `redirect=` in the SPF record.',
    },
  },
  {
    what: 'several includes',
    seen: { code: 'referenced_name_unanswered', facts: { what: 'names', names: ['a.example.net', 'b.example.net'] } },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'What applies at `asend.example.com` also depends on `a.example.net` and `b.example.net`, which could not be looked up just now. This says nothing about your records, and nothing has been changed.',
      fix: 'If this persists, check the names after `include:` and `redirect=` in the SPF record.',
    },
  },
  {
    what: 'a name that is not known',
    seen: { code: 'referenced_name_unanswered', facts: { what: 'names', names: [] } },
    about: aboutRecord('mail_from_spf'),
    said: {
      detail:
        'What applies at `asend.example.com` also depends on another name, which could not be looked up just now. This says nothing about your records, and nothing has been changed.',
      fix: 'If this persists, check the names after `include:` and `redirect=` in the SPF record.',
    },
  },
  {
    what: 'a parent that may have a policy',
    seen: { code: 'referenced_name_unanswered', facts: { what: 'names', names: ['_dmarc.com'] } },
    about: aboutRecord('dmarc'),
    said: {
      detail:
        'What applies at `_dmarc.example.com` also depends on `_dmarc.com`, which could not be looked up just now. This says nothing about your records, and nothing has been changed.',
      fix: 'If this persists, give the domain its own policy. Add a TXT record with the name `_dmarc` and the value `v=DMARC1; p=none;`.',
      copy: { label: 'Copy value', value: 'v=DMARC1; p=none;' },
    },
  },
  {
    what: 'the name behind a CNAME',
    seen: {
      code: 'referenced_name_unanswered',
      facts: { what: 'target', target: 'key.example.net', failures: [SILENT], count: 1 },
    },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`autosend._domainkey.example.com` is a CNAME, so the record is expected at `key.example.net`, which could not be looked up just now. `ns2.example.com` (192.0.2.2) did not answer in time. This says nothing about your records, and nothing has been changed.',
      fix: 'If this persists, check where the CNAME `autosend._domainkey` points.',
    },
  },
  {
    what: 'one server',
    seen: { code: 'zone_expired', facts: { failures: [SILENT], count: 1 } },
    about: aboutRecord('ownership'),
    said: {
      detail: '`ns2.example.com` (192.0.2.2) did not answer in time.',
      fix: 'Ask your DNS provider why `ns2.example.com` no longer has a valid copy of the zone `example.com`.',
    },
  },
  {
    what: 'two servers, in a known panel',
    seen: { code: 'zone_expired', facts: { failures: [SILENT, { ...SILENT, server: 'ns1.example.com' }], count: 2 } },
    about: aboutRecord('ownership', { panel: 'Cloudflare' }),
    said: {
      detail:
        '`ns2.example.com` (192.0.2.2) did not answer in time. `ns1.example.com` (192.0.2.2) did not answer in time.',
      fix: 'Ask Cloudflare why `ns2.example.com` and `ns1.example.com` no longer have a valid copy of the zone `example.com`.',
    },
  },
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
