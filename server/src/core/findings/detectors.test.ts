import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absent,
  explain,
  failed,
  found,
  records,
  type Seen,
  texts,
  zone,
} from '../../../test/support/findings/explained-domain.ts';
import type { MxRecord } from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { RecordKind } from '../records/record.ts';
import type { ExplainInput } from './explain.ts';

const OWNERSHIP = records.ownership.value;
const DKIM = records.dkim.value;
const SPF = records.mail_from_spf.value;
const MAIL_HOST = records.mail_from_mx.value;
const nothing: Seen = { answers: [absent()] };
const nowhere: Seen = { answers: [absent(1, 'nxdomain')] };
const addresses = (address: string): Seen => ({ answers: [found([{ type: 'A', address }])] });
const mailServers = (...hosts: string[]): Seen => ({
  answers: [found(hosts.map((exchange): MxRecord => ({ type: 'MX', preference: 10, exchange })))],
});
const aliasTo = (target: string, behind: Seen = nothing): Seen => ({ ...behind, aliases: [target], askedZone: zone });

/** What is seen by name, which record is explained, and the codes and facts that are kept of it. */
type Case = readonly [
  what: string,
  seen: Readonly<Record<string, Seen>>,
  kind: RecordKind,
  kept: readonly (readonly [code: string, facts: unknown])[],
  options?: Partial<ExplainInput>,
];

const before = { isBeforeVerify: true } as const;
const stranger = excerptOf('hello');

const CASES: readonly Case[] = [
  // Where it stands instead.
  [
    'the zone was appended to the name',
    { 'TXT _autosend-verify.example.com.example.com': texts(OWNERSHIP) },
    'ownership',
    [['published_at_doubled_name', { name: '_autosend-verify.example.com.example.com' }]],
  ],
  [
    'the name was left empty',
    { 'TXT example.com': texts('v=spf1 -all', DKIM) },
    'dkim',
    [['published_at_apex', { name: 'example.com' }]],
  ],
  [
    'an underscore got lost',
    { 'TXT dmarc.example.com': texts(records.dmarc.value) },
    'dmarc',
    [['published_at_other_name', { name: 'dmarc.example.com' }]],
  ],
  [
    'the value of somebody else at a likely wrong place is no record of ours',
    { 'TXT example.com': texts('autosend-verify-of-somebody-else') },
    'ownership',
    [['record_missing', {}]],
  ],
  [
    'a wildcard shows the record at any name, also at a wrong one',
    {
      'TXT autosend-verify.example.com': texts(OWNERSHIP),
      'TXT autosend-no-such-name.example.com': texts(OWNERSHIP),
    },
    'ownership',
    [['record_missing', {}]],
  ],
  // As which type.
  [
    'a CNAME to the value',
    { dkim: aliasTo(`${DKIM.toLowerCase()}.example.com`) },
    'dkim',
    [['published_as_other_type', { type: 'CNAME', found: excerptOf(`${DKIM.toLowerCase()}.example.com`) }]],
  ],
  [
    'the obsolete type SPF',
    { 'SPF asend.example.com': { answers: [found([{ type: 'SPF', strings: [SPF] }])] } },
    'mail_from_spf',
    [['published_as_other_type', { type: 'SPF', found: excerptOf(SPF) }]],
  ],
  [
    'the mail server in a TXT record, with its priority',
    { 'TXT asend.example.com': texts(`10 ${MAIL_HOST}.`) },
    'mail_from_mx',
    [['published_as_other_type', { type: 'TXT', found: excerptOf(`10 ${MAIL_HOST}.`) }]],
  ],
  [
    'the address of the mail server',
    { 'A asend.example.com': addresses('192.0.2.7'), [`A ${MAIL_HOST}`]: addresses('192.0.2.7') },
    'mail_from_mx',
    [['published_as_other_type', { type: 'A', found: excerptOf('192.0.2.7') }]],
  ],
  [
    'the address of something else is none of our business',
    { 'A asend.example.com': addresses('192.0.2.8'), [`A ${MAIL_HOST}`]: addresses('192.0.2.7') },
    'mail_from_mx',
    [['record_missing', {}]],
  ],
  // Whose value.
  [
    'the value of another record',
    { dkim: texts(OWNERSHIP) },
    'dkim',
    [['value_of_other_record', { name: records.ownership.name }]],
  ],
  [
    'the key of another domain of the project',
    { dkim: texts('v=DKIM1; k=ed25519; p=AAAA') },
    'dkim',
    [['key_of_other_domain', { owner: 'shop.example.net' }]],
    { keyOwner: 'shop.example.net' },
  ],
  [
    'another key where ours was',
    { dkim: texts('v=DKIM1; k=ed25519; p=AAAA') },
    'dkim',
    [['key_replaced', {}]],
    { wasFound: { ownership: true, dkim: true, mail_from_mx: false, mail_from_spf: false, dmarc: false } },
  ],
  [
    'another key where ours never was',
    { dkim: texts('v=DKIM1; k=ed25519; p=AAAA') },
    'dkim',
    [['value_mismatch', { what: 'key_type', found: excerptOf('ed25519'), expected: 'rsa' }]],
  ],
  [
    'a record that was there before',
    {},
    'dmarc',
    [['record_missing', { wasFound: true }]],
    { wasFound: { ownership: false, dkim: false, mail_from_mx: false, mail_from_spf: false, dmarc: true } },
  ],
  // What is in the way.
  [
    'a CNAME to a name without the record',
    { ownership: aliasTo('www.example.com') },
    'ownership',
    [['cname_in_the_way', { target: 'www.example.com' }]],
  ],
  [
    'a CNAME to a name that does not exist',
    { ownership: aliasTo('gone.example.com', nowhere) },
    'ownership',
    [['cname_dangling', { target: 'gone.example.com', isDirect: true }]],
  ],
  [
    'a CNAME that leads to such a name through another',
    { ownership: { ...nowhere, aliases: ['www.example.com', 'gone.example.com'], askedZone: zone } },
    'ownership',
    [['cname_dangling', { target: 'gone.example.com', isDirect: false }]],
  ],
  [
    'the orange cloud',
    { 'A _autosend-verify.example.com': addresses('104.16.1.1') },
    'ownership',
    [['cname_proxied', {}]],
  ],
  [
    'every name of the zone behind the orange cloud',
    {
      'A _autosend-verify.example.com': addresses('104.16.1.1'),
      'A autosend-no-such-name.example.com': addresses('104.16.1.1'),
    },
    'ownership',
    [['record_missing', {}]],
  ],
  [
    'an answer of a wildcard',
    { ownership: texts('hello'), 'TXT autosend-no-such-name.example.com': texts('hello') },
    'ownership',
    [['wildcard_answer', {}]],
  ],
  [
    'the neighbor answers otherwise: it is no wildcard',
    { ownership: texts('hello'), 'TXT autosend-no-such-name.example.com': texts('other') },
    'ownership',
    [['value_mismatch', { what: 'value', found: excerptsOf(['hello']) }]],
  ],
  // Reports.
  [
    'reports to another organization that takes none',
    { dmarc: texts('v=DMARC1; p=none; rua=mailto:a@reports.example.net!10m') },
    'dmarc',
    [
      [
        'dmarc_external_reports_not_authorised',
        { host: 'reports.example.net', name: 'example.com._report._dmarc.reports.example.net' },
      ],
    ],
  ],
  [
    'reports to one that takes them',
    {
      dmarc: texts('v=DMARC1; p=none; rua=mailto:a@reports.example.net'),
      'TXT example.com._report._dmarc.reports.example.net': texts('v=DMARC1'),
    },
    'dmarc',
    [],
  ],
  ['reports within the organization', { dmarc: texts('v=DMARC1; p=none; rua=mailto:a@mail.example.com') }, 'dmarc', []],
  // Before anything was published.
  [
    'before: a CNAME',
    { mail_from_mx: aliasTo('www.example.com'), 'A www.example.com': addresses('192.0.2.1') },
    'mail_from_mx',
    [['conflict_before_publishing', { what: 'cname', target: 'www.example.com' }]],
    before,
  ],
  [
    'before: text where the key goes',
    { dkim: texts('hello') },
    'dkim',
    [['conflict_before_publishing', { what: 'key', found: stranger }]],
    before,
  ],
  [
    'before: mail servers, a null MX among them',
    { mail_from_mx: mailServers('mx.example.com', '') },
    'mail_from_mx',
    [['conflict_before_publishing', { what: 'null_mx', others: excerptsOf(['mx.example.com']) }]],
    before,
  ],
  [
    'before: a null MX alone',
    { mail_from_mx: mailServers('') },
    'mail_from_mx',
    [['conflict_before_publishing', { what: 'null_mx' }]],
    before,
  ],
  [
    'before: a mail server of somebody else with a blank in it',
    { mail_from_mx: mailServers('10\\032mx.example.com') },
    'mail_from_mx',
    [['conflict_before_publishing', { what: 'mail_server', found: excerptsOf(['10 mx.example.com']) }]],
    before,
  ],
  [
    'before: our mail server with its priority and the zone',
    { mail_from_mx: mailServers(`10\\032${MAIL_HOST}.example.com`) },
    'mail_from_mx',
    [
      [
        'value_mismatch',
        { what: 'priority_in_host', found: excerptOf(`10 ${MAIL_HOST}.example.com`), isZoneAppended: true },
      ],
    ],
    before,
  ],
  [
    'before: our mail server in quotes, and one of somebody else',
    { mail_from_mx: mailServers(`"${MAIL_HOST}"`, 'mx.example.com') },
    'mail_from_mx',
    [
      [
        'value_mismatch',
        { what: 'text_around_host', found: excerptOf(`"${MAIL_HOST}"`), others: excerptsOf(['mx.example.com']) },
      ],
    ],
    before,
  ],
  [
    'before: an SPF record with ours, mistyped',
    { mail_from_spf: texts('v=spf1 include=amazonses.com ~all') },
    'mail_from_spf',
    [
      [
        'spf_mechanism_missing',
        {
          mechanism: 'include:amazonses.com',
          found: excerptOf('v=spf1 include=amazonses.com ~all'),
          suggestion: SPF,
          mistyped: 'include=amazonses.com',
        },
      ],
    ],
    before,
  ],
  [
    'before: an SPF record with a name like ours is somebody else’s',
    { mail_from_spf: texts('v=spf1 exists:my-amazonses.com ~all') },
    'mail_from_spf',
    [
      [
        'conflict_before_publishing',
        {
          what: 'spf',
          found: excerptOf('v=spf1 exists:my-amazonses.com ~all'),
          suggestion: 'v=spf1 include:amazonses.com exists:my-amazonses.com ~all',
        },
      ],
    ],
    before,
  ],
  [
    'before: an SPF record, with one that may take its place',
    { mail_from_spf: texts('v=spf1 ip4:192.0.2.1 -all') },
    'mail_from_spf',
    [
      [
        'conflict_before_publishing',
        {
          what: 'spf',
          found: excerptOf('v=spf1 ip4:192.0.2.1 -all'),
          suggestion: 'v=spf1 include:amazonses.com ip4:192.0.2.1 -all',
        },
      ],
    ],
    before,
  ],
  [
    'before: a policy that is stricter',
    { dmarc: texts('v=DMARC1; p=reject') },
    'dmarc',
    [['conflict_before_publishing', { what: 'dmarc', found: excerptOf('v=DMARC1; p=reject'), isStricter: true }]],
    before,
  ],
  ['before: the policy that we asked for is no conflict', { dmarc: texts('v=DMARC1; p=none') }, 'dmarc', [], before],
  [
    'before: a wildcard, beside which ours can be added',
    { ownership: texts('hello'), 'TXT autosend-no-such-name.example.com': texts('hello') },
    'ownership',
    [['wildcard_answer', { isBeforePublishing: true }]],
    before,
  ],
  // Who did not answer.
  [
    'the name behind a CNAME did not answer',
    { dkim: { answers: [failed(1)], aliases: ['key.example.net'], askedZone: zone } },
    'dkim',
    [
      [
        'referenced_name_unanswered',
        {
          what: 'target',
          target: 'key.example.net',
          count: 1,
          failures: [
            {
              server: 'ns1.example.com',
              address: '192.0.2.1',
              via: 'authoritative',
              reason: 'servfail',
              failure: { kind: 'error_code', rcode: 'SERVFAIL', step: { at: 'record' } },
            },
          ],
        },
      ],
    ],
  ],
  [
    'an include that may hold ours did not answer',
    { mail_from_spf: texts('v=spf1 include:_spf.example.net ~all'), 'TXT _spf.example.net': { answers: [failed(1)] } },
    'mail_from_spf',
    [['referenced_name_unanswered', { what: 'names', names: ['_spf.example.net'] }]],
  ],
];

for (const [what, seen, kind, kept, options] of CASES)
  test(`${kind}: ${what}`, () => {
    const findings = explain(seen, options).seen[kind];
    assert.deepEqual(
      findings.map(({ code, facts }) => [code, facts]),
      kept,
    );
  });

test('facts are stored as they are: nothing in them is lost as JSON, or is more than a few hundred octets', () => {
  for (const [what, seen, , , options] of CASES)
    for (const findings of Object.values(explain(seen, options).seen))
      for (const { facts } of findings) {
        assert.deepEqual(JSON.parse(JSON.stringify(facts)), facts, what);
        assert.ok(JSON.stringify(facts).length < 1_000, what);
      }
});

test('the same facts at several records are told once, and name the record at which they were seen first', () => {
  const silent = { answers: [absent(1), failed(2)] };
  const { seen } = explain({ ownership: silent, dkim: silent, dmarc: silent });
  assert.deepEqual(
    seen.zone.map((finding) => [finding.code, 'record' in finding && finding.record]),
    [['nameserver_unreachable', 'ownership']],
  );
});
