import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isMade } from './intent.ts';
import { formatTxt } from './rdata.ts';
import type { RrSet } from './rr-set.ts';

const set = (...texts: string[]): RrSet | null =>
  texts.length === 0
    ? null
    : { name: 'a.example.com', type: 'TXT', ttlSeconds: 60, rdata: texts.map((text) => formatTxt(text)) };

describe('whether a change was made of which nobody heard', () => {
  for (const [what, before, after, standing, made] of [
    ['it stands as it was to become', set(), set('ours'), set('ours'), true],
    ['nothing stands there', set(), set('ours'), set(), false],
    ['it stands as before', set('a'), set('a', 'ours'), set('a'), false],
    ['somebody added to it since', set(), set('ours'), set('ours', 'b'), true],
    ['somebody else wrote there', set(), set('ours'), set('b'), false],
    ['ours stands beside less than before', set('a'), set('a', 'ours'), set('ours'), true],
    ['it was taken away', set('ours'), set(), set(), true],
    ['it was to be taken away and is still there', set('ours'), set(), set('ours'), false],
    ['it was to be taken away, and others wrote there since', set('ours'), set(), set('b'), true],
    ['it was to be taken away, and others wrote beside it', set('ours'), set(), set('ours', 'b'), false],
    ['only some records were to go, and they are gone', set('a', 'ours'), set('a'), set('a', 'b'), true],
    ['only some records were to go, and they are there', set('a', 'ours'), set('a'), set('a', 'ours', 'b'), false],
  ] as const)
    it(`${what}: ${made ? 'yes' : 'no'}`, () => equal(isMade({ before, after }, standing), made));
});
