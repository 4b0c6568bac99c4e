import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { absent, failed, found } from '../../../test/support/findings/explained-domain.ts';
import { buildFinding, type FindingEvidence, listEvidence } from './finding.ts';

const QUESTION = { name: 'a.example.com', type: 'TXT' } as const;
const text = (...strings: string[]) => ({ type: 'TXT', strings }) as const;
const values = (evidence: readonly FindingEvidence[]) => evidence.map(({ value, server }) => [value, server]);

test('a finding has the severity of the catalogue, or the one that it is given', () => {
  assert.equal(buildFinding({ code: 'record_missing', facts: {} }, []).severity, 'error');
  assert.equal(buildFinding({ code: 'record_missing', facts: {} }, [], 'info').severity, 'info');
});

for (const [count, kept] of [
  [0, 0],
  [6, 6],
  [7, 6],
  [500, 6],
] as const)
  test(`of ${count} pieces of evidence ${kept} are kept, the first ones`, () => {
    const all = Array.from({ length: count }, (_, n) => ({ ...QUESTION, value: `${n}`, server: 'ns1' }));
    const finding = buildFinding({ code: 'key_replaced', facts: {} }, all);
    assert.deepEqual(finding.evidence, all.slice(0, kept));
  });

test('each server shows its records; one without any shows that; one that failed shows nothing', () => {
  const answers = [
    found([text('one')], 1),
    absent(2),
    failed(3),
    found([{ type: 'MX', preference: 1, exchange: 'x' }], 4),
  ];
  assert.deepEqual(values(listEvidence(QUESTION, answers)), [
    ['one', 'ns1.example.com'],
    [null, 'ns2.example.com'],
    [null, 'ns4.example.com'],
  ]);
});

test('the same from two servers is told of both, and twice from one only once', () => {
  const answers = [found([text('x'), text('x')], 1), found([text('x')], 1), found([text('x')], 2)];
  assert.deepEqual(values(listEvidence(QUESTION, answers)), [
    ['x', 'ns1.example.com'],
    ['x', 'ns2.example.com'],
  ]);
});

test('a text is shown whole, however it was cut into character-strings, and no two texts look the same', () => {
  assert.deepEqual(values(listEvidence(QUESTION, [found([text('a', 'b')]), found([text('ab')])])), [
    ['ab', 'ns1.example.com'],
  ]);
  assert.deepEqual(
    values(listEvidence(QUESTION, [found([text('\n'), text('\\010'), text('')])])).map(([value]) => value),
    ['\\010', '\\092010', ''],
  );
});

for (const [length, value] of [
  [200, 'x'.repeat(200)],
  [201, `${'x'.repeat(200)}… (201 characters)`],
] as const)
  test(`a text of ${length} characters is ${length > 200 ? 'cut, and its length told' : 'shown whole'}`, () => {
    assert.deepEqual(values(listEvidence(QUESTION, [found([text('x'.repeat(length))])])), [[value, 'ns1.example.com']]);
  });

for (const [count, kept] of [
  [3, 3],
  [4, 3],
] as const)
  test(`of ${count} records of one server ${kept} are shown`, () => {
    const all = Array.from({ length: count }, (_, n) => text(`v${n}`));
    assert.equal(listEvidence(QUESTION, [found(all)]).length, kept);
  });

test('whatever DNS sends, evidence is printable ASCII, and bounded', () => {
  const octets = fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  const answer = fc.tuple(
    fc.array(fc.array(octets, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
    fc.integer({ min: 1, max: 9 }),
  );
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 6 }), (answers) => {
      const evidence = listEvidence(
        QUESTION,
        answers.map(([records, n]) =>
          found(
            records.map((strings) => text(...strings)),
            n,
          ),
        ),
      );
      assert.ok(evidence.length <= 6);
      for (const { value } of evidence) {
        assert.match(value ?? '', /^[\x20-\x7e…]*$/);
        assert.ok((value ?? '').length <= 220, `${value?.length}`);
      }
    }),
    { numRuns: 40 },
  );
});
