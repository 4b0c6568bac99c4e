import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, failed, found, type Seen, texts, zone } from '../../../test/support/findings/explained-domain.ts';
import { lookupOf, viewOf } from '../../../test/support/findings/record-view.ts';
import { evidenceOf, listAliasEvidence, listTexts, listUsable, textsOf } from './view.ts';

const NAME = '_autosend-verify.example.com';
const lookup = (seen: Seen) => lookupOf({ name: NAME, type: 'TXT' }, seen);
const txt = (...strings: string[]) => ({ type: 'TXT', strings }) as const;

test('a "no" counts, and a failure does not', () => {
  const answers = [absent(1), failed(2), found([txt('x')], 3)];
  assert.deepEqual(listUsable(lookup({ answers })), [answers[0], answers[2]]);
});

test('the texts of all servers are told once each, their character-strings joined without anything between', () => {
  const answers = [
    found([txt('a', 'b'), txt('c')], 1),
    failed(2),
    found([txt('ab')], 3),
    absent(4),
    found([txt('d')], 5),
  ];
  assert.deepEqual(listTexts(lookup({ answers })), ['ab', 'c', 'd']);
  assert.deepEqual(listTexts(lookup({ answers: [found([{ type: 'SPF', strings: ['x'] }])] })), [], 'of this type only');
});

test('a probe is read by the first server that answered', () => {
  const answers = [failed(1), found([txt('a')], 2), found([txt('b')], 3)];
  assert.deepEqual(textsOf(lookup({ answers })), ['a']);
  assert.deepEqual(textsOf(lookup({ answers: [failed(1)] })), []);
  assert.deepEqual(textsOf(lookup(texts('a')), 'SPF'), []);
  assert.deepEqual(evidenceOf(lookup({ answers })), [
    { name: NAME, type: 'TXT', value: 'a', server: 'ns2.example.com' },
  ]);
});

const aliasSeen = (aliases: string[], over: Partial<Seen> = {}) =>
  listAliasEvidence(viewOf('ownership', { answers: [absent(2)], aliases, ...over }));

test('of CNAMEs the first three are shown, each at the name where it stands', () => {
  assert.deepEqual(
    aliasSeen(['a.example', 'b.example', 'c.example', 'd.example']).map(({ name, type, value }) => [name, type, value]),
    [
      [NAME, 'CNAME', 'a.example'],
      ['a.example', 'CNAME', 'b.example'],
      ['b.example', 'CNAME', 'c.example'],
    ],
  );
  assert.deepEqual(aliasSeen([]), []);
});

test('the first CNAME was shown by a server of the zone in which it stands, those behind it by others', () => {
  const servers = (over: Partial<Seen>) => aliasSeen(['a.example', 'b.example'], over).map(({ server }) => server);
  assert.deepEqual(servers({ askedZone: zone }), ['ns1.example.com', 'ns2.example.com']);
  assert.deepEqual(servers({}), ['ns2.example.com', 'ns2.example.com']);
  assert.deepEqual(servers({ askedZone: { ...zone, nameservers: [] } }), ['ns2.example.com', 'ns2.example.com']);
});
