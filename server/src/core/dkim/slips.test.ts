import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Observation } from '../judgement/observation.ts';
import { formatDkimKeyRecord } from '../records/dkim-key.ts';
import { checkDkim } from './check.ts';

// Keys of random shape have a "+" nearly always, and one without would show nothing.
const key = makeKey(2048, (made) => made.includes('+') && made.includes('/'));
const longKey = makeKey(4096);
const { publicKey: edPair } = generateKeyPairSync('ed25519');
const edKey = edPair.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
const ours = formatDkimKeyRecord(key);
const pkcs1 = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
  .export({ format: 'der', type: 'pkcs1' })
  .toString('base64');
const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const middle = key.slice(0, 200);
const rest = key.slice(200);
const record = (p: string) => `v=DKIM1; k=rsa; p=${p}`;

describe('a key that some verifier cannot decode is not verified, and the reason is told', () => {
  const cases: readonly (readonly [what: string, text: string, told: string])[] = [
    ['one base64 character too many', record(`${key}A`), 'value_mismatch unreadable_key base64_length'],
    ['one character too few', record(key.slice(0, 5) + key.slice(6)), 'value_mismatch changed_key'],
    ['padding where none is due', record(`${key}=`), 'value_mismatch unreadable_key base64_padding'],
    ['two padding characters where none is due', record(`${key}==`), 'value_mismatch unreadable_key base64_padding'],
    ['padding inside', record(`${middle}=${rest}`), 'value_mismatch unreadable_key base64_character'],
    [
      'the alphabet for URLs',
      record(key.replaceAll('+', '-').replaceAll('/', '_')),
      'value_mismatch unreadable_key base64_url',
    ],
    ['a dot inside', record(`${middle}.${rest}`), 'value_mismatch unreadable_key base64_character'],
    ['a no-break space inside', record(`${middle}\xa0${rest}`), 'value_mismatch odd_characters'],
    ['a no-break space behind', `${ours}${utf8('\u00a0')}`, 'value_mismatch odd_characters'],
    ['a vertical tab inside', record(`${middle}\x0b${rest}`), 'value_mismatch odd_characters'],
    ['a zero-width space inside', record(`${middle}${utf8('\u200b')}${rest}`), 'value_mismatch odd_characters'],
    ['a NUL inside', record(`${middle}\x00${rest}`), 'value_mismatch odd_characters'],
    ['a note behind the key', `${ours} -- added by Bob`, 'value_mismatch text_after_key'],
    ['the zone behind the key', `${ours}.example.com`, 'value_mismatch text_after_key'],
    [
      'a letter of another script',
      record(`${utf8('М')}${key.slice(1)}`),
      'value_mismatch unreadable_key tag_character',
    ],
    ['text behind the key', record(`${key} AAAA`), 'value_mismatch text_after_key'],
    ['an RSAPublicKey (PKCS#1)', record(pkcs1), 'dkim_key_form'],
  ];
  for (const [what, text, told] of cases)
    test(what, () => {
      const { status, observations } = checkDkim(key, [text]);
      assert.equal(status, 'mismatched');
      assert.equal(describeAll(observations), told);
    });
});

describe('a slip is told by what happened, as it shows in the panel', () => {
  const cases: readonly (readonly [what: string, text: string, told: string])[] = [
    ['a byte order mark in front', utf8(`\ufeff${ours}`), 'value_mismatch odd_characters'],
    ['typographic quotation marks', utf8(`“${ours}”`), 'value_mismatch odd_characters'],
    ['typographic quotation marks of Windows', `\x93${ours}\x94`, 'value_mismatch odd_characters'],
    ['marks of writing direction around it', utf8(`\u202a${ours}\u202c`), 'value_mismatch odd_characters'],
    ['fullwidth semicolons', utf8(ours.replaceAll(';', '；')), 'value_mismatch odd_characters'],
    ['single quotation marks', `'${ours}'`, 'value_quoted'],
    ['single quotation marks around the key', record(`'${key}'`), 'value_quoted'],
    ['single quotation marks, cut at 255', `'${ours}'`.slice(0, 255), 'value_truncated quoted_record'],
    ['an en dash in front', utf8(`– ${ours}`), 'value_mismatch odd_characters'],
    ['a dash in front', `- ${ours}`, 'value_mismatch text_before'],
    ['text in front', `xxx ${ours}`, 'value_mismatch text_before'],
    ['`k=RSA`', ours.replace('rsa', 'RSA'), 'value_mismatch key_type'],
    ['`P=`', ours.replace('p=', 'P='), 'value_mismatch tag_case'],
    ['`v=dkim1`', ours.replace('DKIM1', 'dkim1'), 'value_mismatch tag_case'],
    ['a key in lower case', record(key.toLowerCase()), 'value_mismatch key_case'],
    ['a record in capitals', ours.toUpperCase(), 'value_mismatch key_case'],
    [
      'PEM armor in `p=`',
      record(`-----BEGIN PUBLIC KEY-----${key}-----END PUBLIC KEY-----`),
      'value_mismatch pem_armor',
    ],
    ['a whole PEM file', `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----`, 'value_mismatch pem_armor'],
    [
      'a line of a zone file',
      `autosend._domainkey IN TXT ( "${ours.slice(0, 255)}" "${ours.slice(255)}" )`,
      'value_quoted|value_mismatch zone_file_line',
    ],
    [
      'a line of a zone file, unquoted',
      `autosend._domainkey.example.com. 3600 IN TXT ${ours}`,
      'value_mismatch zone_file_line',
    ],
    ['lost semicolons', ours.replaceAll(';', ''), 'value_mismatch separators'],
    ['commas in place of semicolons', ours.replaceAll(';', ','), 'value_mismatch separators'],
    ['one lost semicolon', `v=DKIM1; k=rsa p=${key}`, 'value_mismatch separators'],
    ['`v=DKIM 1`', ours.replace('DKIM1', 'DKIM 1'), 'value_mismatch unreadable_key version'],
    ['pasted twice', `${ours}${ours}`, 'value_mismatch pasted_twice'],
    ['plus signs that became spaces', ours.replaceAll('+', ' '), 'value_mismatch plus_lost'],
    ['`p=` quoted and cut at 255', `v=DKIM1; k=rsa; p="${key}"`.slice(0, 255), 'value_truncated quoted_record'],
    ['quoted and cut at 255', `"${ours}"`.slice(0, 255), 'value_truncated quoted_record'],
    ['backslashes, cut at 255', ours.replaceAll(';', '\\;').slice(0, 255), 'value_truncated quoted_record'],
    ['cut where base64 cannot end', `v=DKIM1; k=rsa; p=${key.slice(0, 237)}`, 'value_truncated key'],
    ['cut, in a form of its own', `k=rsa;p=${key.slice(0, 241)}`, 'value_truncated key'],
    [
      'one changed character of the key', // into another letter: the same one in capitals is told as a change of case
      record(`${middle}${/a/i.test(rest[0] ?? '') ? 'B' : 'A'}${rest.slice(1)}`),
      'value_mismatch changed_key',
    ],
    ['our key as another type', ours.replace('k=rsa', 'k=ed25519'), 'value_mismatch key_type'],
    ['the second of the two strings', ours.slice(255), 'value_truncated part'],
    ['the second of the two strings, quoted', `"${ours.slice(255)}"`, 'value_truncated part'],
    ['the middle', ours.slice(100, 300), 'value_truncated part'],
    ['a few characters that happen to be in it', 'DKIM1', 'value_mismatch no_key_record'],
    ['an empty `v=`', `v=; k=rsa; p=${key}`, 'value_mismatch unreadable_key version'],
    ['other text', 'google-site-verification=abc', 'value_mismatch no_key_record'],
  ];
  for (const [what, text, told] of cases)
    test(what, () => {
      const { status, observations } = checkDkim(key, [text]);
      assert.equal(status, 'mismatched');
      assert.ok(told.split('|').includes(describeAll(observations)), describeAll(observations));
    });
});

describe('how much of our value is there is counted in its own characters', () => {
  const cases: readonly (readonly [what: string, text: string, facts: object])[] = [
    ['two quoted strings, two characters lost', `"${ours.slice(0, 255)}" "${ours.slice(255, 408)}"`, { length: 408 }],
    [
      'backslashes, two characters lost',
      ours.slice(0, 408).replaceAll(';', '\\;').replaceAll('/', '\\/'),
      { length: 408 },
    ],
    ['quoted before the key', `"v=DKIM1; k=rsa;" ${' '.repeat(420)}`, { length: 15 }],
    ['quoted, in a form of its own', `"k=rsa;p=${key.slice(0, 241)}"`, { length: 18 + 241 }],
    ['blanks behind', `v=DKIM1; k=rsa${' '.repeat(500)}`, { length: 14 }],
    ['no blanks', 'v=DKIM1;k=rsa;', { length: 15 }],
    ['a semicolon that is not in ours', 'v=DKIM1; k=rs;', { length: 13 }],
    ['the second string', ours.slice(255), { from: 256, to: 410 }],
    ['from within `k=rsa` on', ours.slice(11, 120), { from: 12, to: 120 }],
  ];
  for (const [what, text, facts] of cases)
    test(what, () => {
      const [observation] = checkDkim(key, [text]).observations;
      assert.equal(observation?.code, 'value_truncated');
      assert.partialDeepStrictEqual(observation?.facts, { ...facts, of: 410 });
    });
});

test('text behind our key is told as it stands', () => {
  const factsOf = (text: string) => checkDkim(key, [text]).observations[0]?.facts;
  const facts = { what: 'text_after_key', extra: 15, text: { shown: '-- added by Bob', length: 15 } };
  assert.deepEqual(factsOf(`${ours} -- added by Bob`), facts);
  assert.deepEqual(factsOf(`${ours} -- added by Bob; n=x`), facts);
  assert.partialDeepStrictEqual(factsOf(`${ours} AAAA`), { extra: 4, text: { shown: 'AAAA' } });
});

describe('a `=` that is missing at the end is verified with a warning, since some verifiers refuse it', () => {
  for (const [what, publicKey, kind, found, missing] of [
    ['4096 bits', longKey, 'rsa', longKey.slice(0, -2), 2],
    ['4096 bits, one of two', longKey, 'rsa', longKey.slice(0, -1), 1],
    ['Ed25519', edKey, 'ed25519', edKey.slice(0, -1), 1],
  ] as const)
    test(what, () => {
      const judgement = checkDkim(publicKey, [formatDkimKeyRecord(found, kind)], kind);
      const observations = [{ code: 'dkim_key_unpadded', facts: { missing } }];
      assert.deepEqual(judgement, { status: 'verified', observations });
    });
});

describe('which of several records has to go', () => {
  test('the other one is named, and ours never is', () => {
    const [observation] = checkDkim(key, ['x', ours]).observations;
    const facts = observation?.code === 'multiple_records' ? observation.facts : null;
    assert.deepEqual(facts?.others, { shown: [{ shown: 'x', length: 1 }], count: 1 });
    assert.equal(facts?.found.count, 2);
  });

  test('where ours is there twice, the one as shown stays', () => {
    const [observation] = checkDkim(key, [`p=${key}`, ours]).observations;
    assert.match(JSON.stringify(observation?.facts), /"others":\{"shown":\[\{"shown":"p=/);
    const [twice] = checkDkim(key, [ours, ours]).observations;
    assert.match(JSON.stringify(twice?.facts), /"isTwice":true/);
  });

  test('where none is ours, none is named', () => {
    const [observation] = checkDkim(key, ['x', 'y']).observations;
    assert.ok(observation && !('others' in observation.facts));
  });

  const halves = [ours.slice(0, 255), ours.slice(255)] as const;
  const beside: readonly (readonly [what: string, txt: string[], others: string[]])[] = [
    ['another text', ['google=1'], ['google=1']],
    ['an empty text', [''], ['']],
    ['texts that happen to be in it', [...'MDKI'], [...'MDK']],
    ['more than it may have parts', [...'abcdefghi'], [...'abc']],
  ];
  for (const [what, txt, shown] of beside)
    test(`beside a key that is split, ${what} is named too`, () => {
      const others = { shown: shown.map((text) => ({ shown: text, length: text.length })), count: txt.length };
      const split = [{ code: 'value_truncated', facts: { what: 'split', parts: 2, others } }];
      assert.deepEqual(checkDkim(key, [...txt, ...halves]).observations, split);
    });

  test('a key that is split behind its first tags is told as split, though its last part would do', () => {
    const split = [{ code: 'value_truncated', facts: { what: 'split', parts: 2 } }];
    assert.deepEqual(checkDkim(key, ['v=DKIM1; k=rsa;', `p=${key}`]).observations, split);
  });

  test('beside the whole value, its parts are the ones to delete', () => {
    const [observation] = checkDkim(key, [...halves, ours]).observations;
    assert.ok(observation?.code === 'multiple_records');
    assert.equal(observation.facts.others?.count, 2);
  });

  for (const parts of [2, 3, 4])
    test(`a key in ${parts} records is told as split, with quotation marks or without`, () => {
      const size = Math.ceil(ours.length / parts);
      const pieces = Array.from({ length: parts }, (_, n) => ours.slice(n * size, (n + 1) * size));
      const split = [{ code: 'value_truncated', facts: { what: 'split', parts } }];
      assert.deepEqual(checkDkim(key, pieces.toReversed()).observations, split);
      assert.deepEqual(
        checkDkim(
          key,
          pieces.map((piece) => `"${piece}"`),
        ).observations,
        split,
      );
    });
});

function describeAll(observations: readonly Observation[]): string {
  return observations
    .map(({ code, facts }) => {
      const problem = 'problem' in facts && 'what' in facts.problem ? facts.problem.what : '';
      return [code, 'what' in facts ? facts.what : '', problem].join(' ').trim();
    })
    .join(', ');
}

function makeKey(modulusLength: number, isFit: (key: string) => boolean = () => true): string {
  for (;;) {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
    const made = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    if (isFit(made)) return made;
  }
}
