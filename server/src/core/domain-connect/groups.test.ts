import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_LABELS, type DnsRecordsInput } from '../records/record-input.ts';
import { BUILT_IN_REGIONS } from '../records/regions.ts';
import { type ChosenGroups, chooseGroups, type FurtherKey, listMembers, type PlannedRecord } from './groups.ts';
import { buildTemplateRecords } from './template.ts';

const NAME = 'mail.example.com';
const TEMPLATE = buildTemplateRecords({
  providerId: 'mail.example.net',
  serviceId: 'email',
  labels: DEFAULT_LABELS,
  regions: BUILT_IN_REGIONS,
  keysZone: 'dkim.example.net',
});
const [REGION = { key: '', mailFromHost: '', spfMechanism: '' }] = BUILT_IN_REGIONS;
const INPUT: DnsRecordsInput = {
  domainName: NAME,
  ownershipToken: '0123456789abcdef0123456789abcdef',
  selector: 'autosend',
  publicKey: 'AAAA',
  region: REGION,
  labels: DEFAULT_LABELS,
};
const NEXT: FurtherKey = {
  domainName: NAME,
  selector: 'autosend-20261129-9f',
  algorithm: 'rsa-2048',
  publicKey: 'BBBB',
  stage: 'pending',
};
const ED25519: FurtherKey = { ...NEXT, selector: 'ed', algorithm: 'ed25519', publicKey: 'CCCC', stage: 'active' };

type Change = Partial<Record<string, readonly [PlannedRecord['action'], PlannedRecord['reasonCode']?] | null>>;

/** What the plan says: everything is to be created, but for these, by type and the beginning of the name. */
function choose(
  change: Change = {},
  keys: readonly FurtherKey[] = [],
  input = INPUT,
  deployed: readonly string[] | null = null,
): ChosenGroups {
  const members = listMembers(input, keys, TEMPLATE);
  const plan = members.flatMap(({ record: { name, type } }): PlannedRecord[] => {
    const key = Object.keys(change).find((each) => `${type} ${name}`.startsWith(each));
    const told = key === undefined ? (['create'] as const) : change[key];
    return told ? [{ name, type, action: told[0], reasonCode: told[1] ?? null }] : [];
  });
  return chooseGroups(members, plan, { records: TEMPLATE, deployed }, NAME);
}

const ALL_RIGHT: Change = { 'TXT ': ['keep'], 'MX ': ['keep'] };
const codesOf = ({ leftOut }: ChosenGroups) => leftOut.map(({ group, code }) => [group, code]);

describe('the groups of a link', () => {
  it('are all of a new domain, with the values of its variables and no others', () => {
    const chosen = choose();
    deepEqual(chosen.groups, ['ownership', 'dkim', 'mailfrom', 'dmarc']);
    deepEqual(chosen.variables, {
      ownershipToken: INPUT.ownershipToken,
      dkimSelector: 'autosend',
      dkimKey: 'AAAA',
      region: 'us-east-1',
    });
  });

  it('leave dmarc out where a policy stands, and say nothing: nothing is missing', () => {
    const chosen = choose({ 'TXT _dmarc': ['keep', 'dmarc_applies'] });
    deepEqual(chosen.groups, ['ownership', 'dkim', 'mailfrom']);
    deepEqual(chosen.leftOut, []);
  });

  it('leave the whole return path out where a foreign MX stands, and say so', () => {
    const chosen = choose({ 'MX ': ['conflict', 'foreign_mx'] });
    deepEqual(chosen.groups, ['ownership', 'dkim', 'dmarc']);
    deepEqual(codesOf(chosen), [['mailfrom', 'conflict']]);
    deepEqual(chosen.variables.region, undefined);
  });

  it('leave the return path out as well where its SPF record can not be added to', () => {
    deepEqual(codesOf(choose({ 'TXT asend': ['conflict', 'spf_several'] })), [['mailfrom', 'conflict']]);
    deepEqual(choose({ 'TXT asend': ['merge', 'spf_added'] }).groups.includes('mailfrom'), true);
  });

  it('leave a key out that would stand beside another one of its selector', () => {
    deepEqual(codesOf(choose({ 'TXT autosend._domainkey': ['conflict', 'foreign_text'] })), [['dkim', 'conflict']]);
  });

  it('prove the domain beside the texts of others, which stay', () => {
    const chosen = choose({ 'TXT _autosend-verify': ['conflict', 'foreign_text'] });
    deepEqual(chosen.groups.includes('ownership'), true);
  });

  it('leave everything out at a name with an alias', () => {
    deepEqual(codesOf(choose({ 'TXT _autosend-verify': ['conflict', 'cname_in_the_way'] })), [
      ['ownership', 'conflict'],
    ]);
  });

  it('leave out what nobody answered for', () => {
    deepEqual(codesOf(choose({ 'TXT _dmarc': null })), [['dmarc', 'unanswered']]);
  });

  it('leave dmarc out where nobody says whether a policy above applies, and not as if one stood there', () => {
    deepEqual(codesOf(choose({ 'TXT _dmarc': ['conflict', 'dmarc_unanswered'] })), [['dmarc', 'unanswered']]);
    deepEqual(codesOf(choose({ 'TXT _dmarc': ['conflict', 'cname_unanswered'] })), [['dmarc', 'unanswered']]);
  });

  it('leave to its owner what is in another zone: nothing stands in the way there', () => {
    deepEqual(codesOf(choose({ 'TXT autosend._domainkey': ['conflict', 'other_zone'] })), [
      ['dkim', 'not_in_template'],
    ]);
  });

  it('lack what is right behind a CNAME, and say nothing: nothing is missing', () => {
    const members = listMembers(INPUT, [], TEMPLATE);
    const plan = members.map(({ record: { name, type } }): PlannedRecord => {
      const isAlias = name.startsWith('autosend._domainkey.');
      return isAlias
        ? { name, type: 'CNAME', action: 'keep', reasonCode: 'right_behind_cname' }
        : { name, type, action: 'create', reasonCode: null };
    });
    const chosen = chooseGroups(members, plan, { records: TEMPLATE, deployed: null }, NAME);
    deepEqual([chosen.groups, chosen.leftOut], [['ownership', 'mailfrom', 'dmarc'], []]);
  });

  it('are none where everything is there', () => {
    deepEqual(choose(ALL_RIGHT), { groups: [], variables: {}, leftOut: [] });
  });

  it('are only the next key at a rotation, whatever else is missing', () => {
    const dmarcGone: Change = { 'TXT autosend-2': ['create'], 'TXT _dmarc': ['create'], ...ALL_RIGHT };
    const chosen = choose(dmarcGone, [NEXT]);
    deepEqual(chosen.groups, ['dkim-next']);
    deepEqual(chosen.variables, { nextSelector: NEXT.selector, nextKey: 'BBBB' });
  });

  it('are only the next key where nobody says whether the first one is still there', () => {
    const chosen = choose({ 'TXT autosend._domainkey': null, 'TXT autosend-2': ['create'] }, [NEXT]);
    deepEqual(chosen.groups, ['dkim-next']);
    deepEqual(codesOf(chosen), [['dkim', 'unanswered']]);
  });

  it('are those of the domain as well, as long as its first key is not there', () => {
    deepEqual(choose({}, [NEXT]).groups, ['ownership', 'dkim', 'mailfrom', 'dmarc', 'dkim-next']);
  });

  it('bring the Ed25519 key that signs beside the other one', () => {
    const chosen = choose({ 'TXT ed.': ['create'], ...ALL_RIGHT }, [ED25519]);
    deepEqual(chosen.groups, ['dkim-ed25519']);
    deepEqual(chosen.variables, { ed25519Selector: 'ed', ed25519Key: 'CCCC' });
  });

  it('bring the two CNAMEs of a domain whose keys stand elsewhere, and never a key', () => {
    const input = { ...INPUT, selector: 'autosend2', keysBelow: '60d5ec49f1b2c72d9c8b2222.dkim.example.net' };
    const chosen = choose({}, [NEXT, ED25519], input);
    deepEqual(chosen.groups, ['ownership', 'dkim-cname', 'mailfrom', 'dmarc']);
    const { slots, domainId, dkimKey } = chosen.variables;
    deepEqual([slots, domainId, dkimKey], ['autosend', '60d5ec49f1b2c72d9c8b2222', undefined]);
    deepEqual(codesOf(choose({}, [], { ...input, keysBelow: 'x.former.example.net' })), [
      ['dkim-cname', 'not_in_template'],
    ]);
    deepEqual(codesOf(choose({ 'CNAME autosend2': ['conflict', 'other_cname'] }, [], input)), [
      ['dkim-cname', 'conflict'],
    ]);
  });

  it('leave out what the provider has otherwise', () => {
    const chosen = choose({}, [], INPUT, ['ownership', 'dkim', 'dmarc']);
    deepEqual(codesOf(chosen), [['mailfrom', 'not_in_template']]);
  });

  it('leave out what the template would make otherwise: a domain keeps the labels that it was added with', () => {
    const chosen = choose({}, [], { ...INPUT, labels: { ...DEFAULT_LABELS, ownershipLabel: '_former' } });
    deepEqual(codesOf(chosen), [['ownership', 'not_in_template']]);
    const moved = { ...REGION, mailFromHost: 'bounces.example.com' };
    deepEqual(codesOf(choose({}, [], { ...INPUT, region: moved })), [['mailfrom', 'not_in_template']]);
  });
});
