import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutput, formatTable } from './output.ts';

const NAME = 'a\u001b]0;x\u0007\u009b31m\u202eevil\nadmin';

test("a name is shown in the operator's terminal, and obeyed in none of the ways to write it", () => {
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  for (const json of [true, false]) {
    const output = createOutput(json, { writeResult: write, writeError: write });
    output.print([{ name: NAME }], formatTable(['ID', 'NAME'], [['1', NAME]]));
    output.note(`Created "${NAME.replace('\n', '')}".`);
  }
  for (const text of written) assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}]/u);
  assert.deepEqual(JSON.parse(written[0] ?? ''), [{ name: NAME }]);
  assert.equal(written[2]?.split('\n').length, 3, 'a head, a row and the end: a name makes no row of its own');
});
