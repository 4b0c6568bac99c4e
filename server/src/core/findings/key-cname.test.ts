import { deepEqual, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { absent, found, zone } from '../../../test/support/findings/explained-domain.ts';
import { type Answer, type LookupResult, type Question, questionKey } from '../answers/dns-answer.ts';
import type { JudgedStatus } from '../judgement/judgement.ts';
import { buildSlotRecord } from '../records/key-slots.ts';
import { explainRecord } from './explain.ts';
import type { OtherCname } from './key-cname.ts';
import { findPlace } from './place.ts';
import { startProbe } from './probe.ts';
import { tellName } from './tell.ts';

const DOMAIN = 'example.com';
const BELOW = '60d5ec49f1b2c72d9c8b2222.dkim.operator.example';
const record = buildSlotRecord(DOMAIN, 'autosend2', BELOW);
const txt = (text: string): Answer => found([{ type: 'TXT', strings: [text] }]);
const address = (ip: string): Answer =>
  found([ip.includes(':') ? { type: 'AAAA', address: ip } : { type: 'A', address: ip }]);

interface Shown {
  readonly status: JudgedStatus;
  readonly aliases?: readonly string[];
  readonly answers?: readonly Answer[];
  /** What is at other names, or of other types, by the key of the question. */
  readonly elsewhere?: Readonly<Record<string, Partial<LookupResult>>>;
  readonly other?: OtherCname;
  readonly isBeforeVerify?: boolean;
}

/** Explains what was seen at the second CNAME, and says it. */
function explain({ status, aliases = [], answers = [absent()], elsewhere = {}, other, isBeforeVerify = false }: Shown) {
  const question: Question = { name: record.name, type: 'TXT', servers: 'every' };
  const result: LookupResult = { question, aliases, answers, zone, askedZone: zone };
  const lookups = new Map([[questionKey(question), result]]);
  const place = findPlace(DOMAIN, 'dkim', record, result);
  const code = status === 'missing' ? 'record_missing' : 'value_mismatch';
  const facts = status === 'missing' ? {} : { what: 'key', at: 1, found: { text: 'x', length: 1 } };
  const observations = status === 'verified' ? [] : [{ code, facts, answers }];
  const view = { place, result, judgement: { status, observations } } as unknown as Parameters<typeof explainRecord>[0];
  const context = {
    domain: DOMAIN,
    now: new Date(0),
    places: { dkim: place },
    wasFound: { dkim: false },
    isBeforeVerify,
    keyOwner: null,
    otherCname: other,
  } as unknown as Parameters<typeof explainRecord>[1];
  for (;;) {
    const probe = startProbe(lookups, true);
    const findings = explainRecord(view, context, probe, probe);
    if (probe.outstanding.length === 0) {
      const seen = { ...place, status, aliases, found: [], answers: [], findings, zone: zone.name };
      return tellName(seen, place, { now: new Date(0), nextCheckAt: null }).findings;
    }
    for (const asked of probe.outstanding)
      lookups.set(questionKey(asked), {
        question: asked,
        aliases: [],
        answers: [absent()],
        zone,
        ...elsewhere[questionKey(asked)],
      });
  }
}

const FIRST = { name: 'autosend1._domainkey.example.com', isRight: true };
const codes = (shown: Shown) => explain(shown).map(({ code, severity }) => `${severity} ${code}`);

describe('a DKIM record that should be a CNAME', () => {
  it('is told to be missing where nothing is there, with the CNAME to add', () => {
    const [finding] = explain({ status: 'missing' });
    equal(finding?.code, 'record_missing');
    match(finding?.fix ?? '', /Add a CNAME record with the name `autosend2._domainkey` and the value `autosend2\.60d5/);
    equal(finding?.copy?.value, record.value);
  });

  it('is told to be one of two where the other one is right', () => {
    const [finding] = explain({ status: 'missing', other: FIRST });
    equal(finding?.code, 'dkim_cname_one_of_two');
    match(finding?.detail ?? '', /`autosend1\._domainkey\.example\.com` is right/);
    deepEqual(codes({ status: 'missing', other: { ...FIRST, isRight: false } }), ['error record_missing']);
  });

  it('is told to lead elsewhere, whatever is there', () => {
    for (const status of ['missing', 'mismatched'] as const)
      deepEqual(codes({ status, aliases: ['mail.example.net'] }), ['error dkim_cname_wrong_target']);
    // That of a domain that was deleted and added again.
    const before = `autosend2.${'0'.repeat(24)}.dkim.operator.example`;
    deepEqual(codes({ status: 'missing', aliases: [before] }), ['error dkim_cname_wrong_target']);
    // The two were mixed up.
    deepEqual(codes({ status: 'mismatched', aliases: [`autosend1.${BELOW}`] }), ['error dkim_cname_wrong_target']);
  });

  it('is told to have the zone behind its target', () => {
    const [finding] = explain({ status: 'missing', aliases: [`${record.value}.example.com`] });
    match(finding?.detail ?? '', /appended `example\.com`/);
    equal(finding?.copy?.value, `${record.value}.`);
  });

  it('is left as it is where it is right and its target is not: that is for the operator', () => {
    deepEqual(codes({ status: 'missing', aliases: [record.value] }), ['error dkim_target_empty']);
    deepEqual(codes({ status: 'mismatched', aliases: [record.value], answers: [txt('v=DKIM1; p=')] }), [
      'error dkim_target_outdated',
    ]);
    // By another name of the customer's.
    deepEqual(codes({ status: 'missing', aliases: ['dkim.example.com', record.value] }), ['error dkim_target_empty']);
    match(explain({ status: 'missing', aliases: [record.value] })[0]?.fix ?? '', /Keep the CNAME record as it is/);
  });

  it('is told to be a TXT record, where one without the key is in its place', () => {
    const [finding] = explain({ status: 'mismatched', answers: [txt('v=DKIM1; k=rsa; p=MIIB')] });
    equal(finding?.code, 'dkim_cname_replaced');
    match(finding?.fix ?? '', /Delete the TXT record `autosend2\._domainkey`\. Then add a CNAME record/);
  });

  it('is only told to be flattened where the key is right without a CNAME', () => {
    deepEqual(codes({ status: 'verified', answers: [txt('v=DKIM1; p=x')] }), ['info dkim_cname_flattened']);
    deepEqual(codes({ status: 'verified', aliases: [record.value], answers: [txt('x')] }), []);
  });

  for (const [type, ip] of [
    ['A', '104.16.0.1'],
    ['A', '192.0.2.80'],
    ['AAAA', '2606:4700::1'],
  ] as const)
    it(`is told to be proxied where it has addresses instead: ${ip}`, () => {
      const elsewhere = { [`${type} ${record.name}`]: { answers: [address(ip)] } };
      const [finding] = explain({ status: 'missing', elsewhere, other: FIRST });
      equal(finding?.code, 'cname_proxied');
      match(finding?.detail ?? '', new RegExp(ip.replaceAll('.', '\\.')));
      match(finding?.fix ?? '', /DNS only/);
    });

  it('is not told to be proxied for the addresses of a wildcard', () => {
    const any = { answers: [address('192.0.2.80')] };
    const elsewhere = {
      [`A ${record.name}`]: any,
      'A autosend-no-such-name._domainkey.example.com': any,
    };
    deepEqual(codes({ status: 'missing', elsewhere, other: FIRST }), ['error dkim_cname_one_of_two']);
  });

  for (const [what, name, code] of [
    ['with the zone twice', `${record.name}.example.com`, 'published_at_doubled_name'],
    ['without its underscore', 'autosend2.domainkey.example.com', 'published_at_other_name'],
  ] as const)
    it(`is found where it was entered ${what}`, () => {
      const elsewhere = { [`TXT ${name}`]: { aliases: [record.value], answers: [txt('x')] } };
      deepEqual(codes({ status: 'missing', elsewhere, other: FIRST }), [`error ${code}`]);
    });

  it('finds what is in the way before anything is published, and takes its own record for none', () => {
    const before = { isBeforeVerify: true } as const;
    deepEqual(codes({ ...before, status: 'missing', aliases: ['old.example.net'] }), [
      'warning conflict_before_publishing',
    ]);
    deepEqual(codes({ ...before, status: 'mismatched', answers: [txt('v=DKIM1; p=MIIB')] }), [
      'warning conflict_before_publishing',
    ]);
    deepEqual(codes({ ...before, status: 'missing', aliases: [record.value] }), ['error dkim_target_empty']);
  });
});
