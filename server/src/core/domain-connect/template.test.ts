import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { BUILT_IN_REGIONS } from '../records/regions.ts';
import { readDeployed } from './deployed-template.ts';
import { buildTemplate, buildTemplateRecords, formatTemplateFile, listVariables } from './template.ts';

const INPUT = {
  providerId: 'mail.example.com',
  serviceId: 'Email',
  labels: DEFAULT_LABELS,
  regions: BUILT_IN_REGIONS,
  keysZone: null,
};
const NAMES = {
  providerName: 'Example Mail',
  serviceName: 'Email',
  version: 1,
  pubKeyDomain: 'mail.example.com',
  redirectDomain: 'app.example.com',
};
const OWN_REGIONS = [
  { key: 'eu', mailFromHost: 'bounces.example.com', spfMechanism: 'include:spf.example.com' },
  { key: 'us', mailFromHost: 'us.bounces.example.com', spfMechanism: 'include:spf.example.com' },
];

describe("an operator's template", () => {
  const template = buildTemplate(INPUT, NAMES);

  for (const regions of [BUILT_IN_REGIONS, OWN_REGIONS, OWN_REGIONS.slice(0, 1)])
    it(`has no variable alone as a value or a name, and no SPF as a text, with ${regions.length} regions`, () => {
      for (const { host, ...record } of buildTemplateRecords({ ...INPUT, regions }))
        for (const text of [host, 'data' in record ? record.data : '', 'pointsTo' in record ? record.pointsTo : '']) {
          equal(/^%[^%]*%$/.test(text), false, text);
          equal(text.includes('v=spf1'), false, text);
        }
    });

  it('brings SPF as what is merged, and a DMARC policy that its owner may change without losing the rest', () => {
    const spf = template.records.find(({ type }) => type === 'SPFM');
    equal(spf && 'spfRules' in spf && spf.spfRules, 'include:amazonses.com');
    const dmarc = template.records.find(({ groupId }) => groupId === 'dmarc');
    equal(dmarc && 'essential' in dmarc && dmarc.essential, 'OnApply');
  });

  it('takes away no text that proves the domain to somebody else', () => {
    const ownership = template.records.find(({ groupId }) => groupId === 'ownership');
    equal(ownership?.type === 'TXT' && ownership.txtConflictMatchingMode, 'None');
  });

  it('can be applied for the next key without the first one being taken away', () =>
    equal(template.multiInstance, true));

  it('explains each of its variables', () => {
    for (const name of listVariables(template.records))
      equal(template.variableDescription.includes(`%${name}%: `), true);
  });

  it('has the file name that the public repository wants', () => {
    equal(formatTemplateFile(template), 'mail.example.com.email.json');
  });

  it('has a variable for the region where hosts differ by that alone', () => {
    const hosts = template.records.flatMap((record) => ('pointsTo' in record ? [record.pointsTo] : []));
    deepEqual(hosts, ['feedback-smtp.%region%.amazonses.com']);
  });

  it('has the two CNAMEs of DKIM where keys stand in a zone of the operator, and no variable alone in them', () => {
    const slots = buildTemplateRecords({ ...INPUT, keysZone: 'dkim.example.net' }).slice(-2);
    deepEqual(
      slots.map((record) => [record.type, record.host, 'pointsTo' in record && record.pointsTo, record.groupId]),
      [
        ['CNAME', '%slots%1._domainkey', '%slots%1.%domainId%.dkim.example.net', 'dkim-cname'],
        ['CNAME', '%slots%2._domainkey', '%slots%2.%domainId%.dkim.example.net', 'dkim-cname'],
      ],
    );
  });

  it('has a group for each region, without variables, where they differ by more', () => {
    const records = buildTemplateRecords({ ...INPUT, regions: OWN_REGIONS });
    const groups = records
      .filter(({ groupId }) => groupId.startsWith('mailfrom'))
      .map(({ type, groupId }) => [type, groupId]);
    deepEqual(groups, [
      ['MX', 'mailfrom-eu'],
      ['MX', 'mailfrom-us'],
      ['SPFM', 'mailfrom-eu'],
      ['SPFM', 'mailfrom-us'],
    ]);
    equal(listVariables(records).includes('region'), false);
  });
});

describe('what a provider says of the template', () => {
  const ours = buildTemplate(INPUT, NAMES);
  const [, dkim] = ours.records;
  const read = (change: object) => readDeployed(JSON.stringify({ ...ours, ...change }), ours);
  const groupsOf = (records: readonly unknown[]) => read({ records })?.groups ?? null;

  it('is enough where it says nothing, or a version', () => {
    deepEqual(readDeployed('', ours), { version: null, groups: null });
    deepEqual(readDeployed('OK', ours), { version: null, groups: null });
    deepEqual(readDeployed('{"version":3}', ours), { version: 3, groups: null });
  });

  it('has all groups where it is the same, whatever its order, its TTL and the names that people are shown', () => {
    const records = [...ours.records].reverse().map((each) => ({ ...each, ttl: '60' }));
    const all = ['ownership', 'dkim', 'mailfrom', 'dmarc', 'dkim-next', 'dkim-ed25519'];
    deepEqual(read({ records, providerName: 'Somebody' }), { version: 1, groups: all });
  });

  for (const [what, records] of [
    ['has a record more', [...ours.records, { ...dkim, host: 'www' }]],
    ['lacks a record', ours.records.filter((each) => each !== dkim)],
    ['has it elsewhere', ours.records.map((each) => (each === dkim ? { ...each, host: 'x' } : each))],
    ['has another value', ours.records.map((each) => (each === dkim ? { ...each, data: 'v=DKIM1; p=' } : each))],
  ] as const)
    it(`lacks a group that ${what}`, () => {
      deepEqual(groupsOf(records), ['ownership', 'mailfrom', 'dmarc', 'dkim-next', 'dkim-ed25519']);
    });

  for (const [what, change] of [
    ['another provider', { providerId: 'evil.example' }],
    ['another service', { serviceId: 'other' }],
    ['other letters of the same name', { serviceId: 'email' }],
    [
      'a record that comes with every link',
      { records: [...ours.records, { type: 'A', host: '@', pointsTo: '192.0.2.1' }] },
    ],
    ['no record', { records: [] }],
    ['what is no record', { records: [...ours.records, null] }],
  ] as const)
    it(`is not ours where it is for ${what}`, () => equal(read(change), null));
});
