import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitTerms, TERMS } from './terms.ts';

const termsOf = (text: string) => splitTerms(text).flatMap(({ term }) => term ?? []);

test('a text keeps every character, whatever is explained in it', () => {
  for (const text of [
    '',
    'zone',
    'The zone, signed with DNSSEC: zone.',
    'no word of ours',
    'DS record at your registrar',
  ])
    assert.equal(
      splitTerms(text)
        .map((part) => part.text)
        .join(''),
      text,
    );
});

test('a word is explained at its first place, as a whole word, in the case in which it is written', () => {
  assert.deepEqual(termsOf('The zone and the zone'), ['zone']);
  assert.deepEqual(termsOf('zones, ozone, dnssec, DKIM1'), []);
  assert.deepEqual(termsOf('have the DS record taken out at your registrar'), ['DS record', 'registrar']);
});

test('an explanation reads on inside a sentence', () => {
  for (const [term, text] of Object.entries(TERMS)) assert.match(text, /^(a|the|for|signatures) .*[^.]$/, term);
});
