import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSearchWords } from './search-words.ts';

for (const [typed, words] of [
  ['Example', ['example']],
  ['https://www.Example.com/path?x=1', ['www.example.com']],
  ['jo@example.com', ['example.com']],
  ['"example.com",', ['example.com']],
  ['*.example.com.', ['example.com']],
  ['example.com:8443', ['example.com']],
  ['north  star north', ['north', 'star']],
  ['', []],
  ['   ', []],
  ['cus_123', ['cus_123']],
] as const)
  test(`what is searched for by ${JSON.stringify(typed)}`, () => {
    assert.deepEqual(
      readSearchWords(typed).map(({ text }) => text),
      words,
    );
  });

test('a Unicode name is searched for as it stands in DNS, too', () => {
  assert.deepEqual(readSearchWords('Bücher'), [{ text: 'bücher', ascii: 'xn--bcher-kva' }]);
  assert.deepEqual(readSearchWords('bu\u0308cher.example'), [
    { text: 'bücher.example', ascii: 'xn--bcher-kva.example' },
  ]);
  assert.deepEqual(readSearchWords('xn--bcher-kva'), [{ text: 'xn--bcher-kva', ascii: 'xn--bcher-kva' }]);
});
