import { equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDkimKeyRecord, type KeyStage } from '../records/dkim-key.ts';
import { formatEmptySlot } from '../records/key-slots.ts';
import { buildSlot, checkSlot } from './slot-check.ts';

const BELOW = '60d5ec49f1b2c72d9c8b2222.dkim.operator.example';
const [ACTIVE, NEXT, OLD, FOREIGN] = ['AAAA', 'BBBB', 'CCCC', 'DDDD'].map((start) => start + 'MIIB'.repeat(90)) as [
  string,
  string,
  string,
  string,
];
const empty = (selector: string) => formatEmptySlot(`${selector}.${BELOW}`);
const key = (selector: string, publicKey: string, stage: KeyStage, revokedAt: Date | null = null) => ({
  selector,
  publicKey,
  stage,
  revokedAt,
});
const judge = (selector: string, keys: Parameters<typeof buildSlot>[2], ...txt: string[]) =>
  checkSlot(buildSlot(selector, BELOW, keys), txt).status;

const active = key('autosend1', ACTIVE, 'active');
const keyOf = formatDkimKeyRecord;

describe('what is found by the CNAME of the selector that signs', () => {
  for (const [what, texts, status] of [
    ['its key', [keyOf(ACTIVE)], 'verified'],
    ['its key with other blanks', [`v=DKIM1;k=rsa;p=${ACTIVE};`], 'verified'],
    ['nothing', [], 'missing'],
    ['the empty record, though mail is signed', [empty('autosend1')], 'mismatched'],
    ['the next key', [keyOf(NEXT)], 'mismatched'],
    ["somebody else's key", [keyOf(FOREIGN)], 'mismatched'],
    ['its key beside another record', [keyOf(ACTIVE), keyOf(FOREIGN)], 'conflicting'],
  ] as const)
    it(`is ${status}: ${what}`, () => equal(judge('autosend1', [active], ...texts), status));
});

describe('what is found by the CNAME of the other selector', () => {
  for (const [what, keys, texts, status] of [
    ['the empty record', [], [empty('autosend2')], 'verified'],
    ['the empty record of the first selector', [], [empty('autosend1')], 'mismatched'],
    ['nothing at all', [], [], 'missing'],
    ["somebody else's empty record", [], ['v=DKIM1; k=rsa; p='], 'mismatched'],
    ["somebody else's key", [], [keyOf(FOREIGN)], 'mismatched'],
    ['the key that signs with the first', [], [keyOf(ACTIVE)], 'mismatched'],
    ['the next key', [key('autosend2', NEXT, 'pending')], [keyOf(NEXT)], 'verified'],
    [
      'still the empty record while the next key comes',
      [key('autosend2', NEXT, 'pending')],
      [empty('autosend2')],
      'verified',
    ],
    ['the key before, while its mail is under way', [key('autosend2', OLD, 'retiring')], [keyOf(OLD)], 'verified'],
    ['the key before, in a cache', [key('autosend2', OLD, 'retired')], [keyOf(OLD)], 'verified'],
    ['a key that was revoked', [key('autosend2', OLD, 'retired', new Date(0))], [keyOf(OLD)], 'mismatched'],
    ['the next key twice', [key('autosend2', NEXT, 'pending')], [keyOf(NEXT), keyOf(NEXT)], 'conflicting'],
  ] as const)
    it(`is ${status}: ${what}`, () => equal(judge('autosend2', [active, ...keys], ...texts), status));
});
