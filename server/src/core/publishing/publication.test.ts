import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOurs, listOurs, notePublication, type Publication } from './publication.ts';
import { formatTxt } from './rdata.ts';
import type { RrSet } from './rr-set.ts';

const NAME = 'asend.example.com';
const txt = (...texts: string[]): RrSet => ({
  name: NAME,
  type: 'TXT',
  ttlSeconds: 300,
  rdata: texts.map((text) => formatTxt(text)),
});
const THEIRS = 'v=spf1 mx -all';
const MERGED = 'v=spf1 include:amazonses.com mx -all';

function note(...changes: readonly (readonly [before: RrSet | null, after: RrSet | null])[]): Publication | undefined {
  let publication: Publication | undefined;
  for (const [before, after] of changes) publication = notePublication(publication, { before, after }) ?? undefined;
  return publication;
}

describe('what we wrote', () => {
  const cases: readonly (readonly [what: string, Publication | undefined, before: RrSet | null, ours: string[]])[] = [
    ['alone', note([null, txt('ours')]), null, ['ours']],
    ['beside a text of others', note([txt('a'), txt('a', 'ours')]), txt('a'), ['ours']],
    ['in place of a text of others', note([txt('a'), txt('ours')]), txt('a'), ['ours']],
    ['into a record of others is not ours as a whole', note([txt(THEIRS), txt(MERGED)]), txt(THEIRS), []],
    [
      'twice: what others had is what stood before the first',
      note([txt('a'), txt('ours')], [txt('ours'), txt('new')]),
      txt('a'),
      ['new'],
    ],
    [
      'twice into a record of others',
      note([txt(THEIRS), txt(MERGED)], [txt(MERGED), txt('b', MERGED)]),
      txt(THEIRS),
      ['b'],
    ],
    ['beside a text that went since', note([txt('a'), txt('a', 'ours')], [txt('ours'), txt('new')]), null, ['new']],
    ['again, after somebody deleted all', note([txt('a'), txt('a', 'ours')], [null, txt('ours')]), null, ['ours']],
    ['again, after others wrote over it', note([null, txt('ours')], [txt('b'), txt('ours')]), txt('b'), ['ours']],
    [
      'over a record of others that had ours in it and was changed',
      note([txt(THEIRS), txt(MERGED)], [txt('v=spf1 a -all'), txt('v=spf1 include:amazonses.com a -all')]),
      txt('v=spf1 a -all'),
      [],
    ],
    ['nothing: a record went to make room', note([txt('a'), null]), txt('a'), []],
  ];
  for (const [what, publication, before, ours] of cases)
    it(what, () => {
      deepEqual(publication?.before, before);
      deepEqual(
        listOurs(publication),
        ours.map((text) => formatTxt(text)),
      );
    });

  it('is recognized when its strings are split in another way', () => {
    equal(isOurs(note([null, txt('one two')]), '"one " "two"'), true);
    equal(isOurs(note([null, txt('one two')]), '"one two "'), false);
    equal(isOurs(undefined, '"one two"'), false);
  });
});
