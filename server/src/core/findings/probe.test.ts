import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { absent, failed, texts } from '../../../test/support/findings/explained-domain.ts';
import { lookupsOf } from '../../../test/support/findings/record-view.ts';
import { startProbe } from './probe.ts';

const longName = (length: number) => `${'a.'.repeat(Math.ceil(length / 2))}`.slice(0, length);

test('what is known is answered, and not asked again', () => {
  const probe = startProbe(lookupsOf({ 'TXT a.example': texts('x'), 'TXT b.example': { answers: [absent()] } }), true);
  assert.deepEqual(probe.ask('a.example', 'TXT')?.answers, texts('x').answers);
  assert.deepEqual(probe.ask('b.example', 'TXT')?.answers, [absent()], 'a "no" is an answer');
  assert.deepEqual(probe.outstanding, []);
});

test('what is known of one type says nothing of another', () => {
  const probe = startProbe(lookupsOf({ 'TXT a.example': texts('x') }), true);
  assert.equal(probe.ask('a.example', 'SPF'), null);
  assert.deepEqual(probe.outstanding, [{ name: 'a.example', type: 'SPF', servers: 'any' }]);
});

test('what failed says nothing, and is not asked a second time', () => {
  const probe = startProbe(lookupsOf({ 'TXT a.example': { answers: [failed(1), failed(2)] } }), true);
  assert.equal(probe.ask('a.example', 'TXT'), null);
  assert.deepEqual(probe.outstanding, []);
});

test('one server that answers is enough', () => {
  const probe = startProbe(lookupsOf({ 'TXT a.example': { answers: [failed(1), absent(2)] } }), true);
  assert.equal(probe.ask('a.example', 'TXT')?.answers.length, 2);
});

test('where nothing may be asked, nothing is outstanding, and what is known is still told', () => {
  const probe = startProbe(lookupsOf({ 'TXT a.example': texts('x') }), false);
  assert.equal(probe.ask('b.example', 'TXT'), null);
  assert.notEqual(probe.ask('a.example', 'TXT'), null);
  assert.deepEqual(probe.outstanding, []);
});

for (const [length, isAsked] of [
  [252, true],
  [253, true],
  [254, false],
  [1_000, false],
] as const)
  test(`a name of ${length} characters is ${isAsked ? '' : 'not '}asked`, () => {
    const probe = startProbe(new Map(), true);
    assert.equal(probe.ask(longName(length), 'TXT'), null);
    assert.equal(probe.outstanding.length, isAsked ? 1 : 0);
  });

test('each question is put once, however often and in whatever order it is needed, and any server may answer it', () => {
  const question = fc.record({
    name: fc.constantFrom('a.example', 'b.example', 'c.example'),
    type: fc.constantFrom('TXT', 'MX', 'A'),
  });
  fc.assert(
    fc.property(fc.array(question, { maxLength: 30 }), (questions) => {
      const probe = startProbe(new Map(), true);
      for (const { name, type } of questions) assert.equal(probe.ask(name, type as 'TXT'), null);
      const keys = probe.outstanding.map(({ type, name }) => `${type} ${name}`);
      assert.deepEqual(new Set(keys), new Set(questions.map(({ type, name }) => `${type} ${name}`)));
      assert.equal(new Set(keys).size, keys.length);
      assert.ok(probe.outstanding.every(({ servers }) => servers === 'any'));
    }),
  );
});
