import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const CORE = new URL('../../server/src/core/', import.meta.url).pathname;
const DASHBOARD = new URL('.', import.meta.url).pathname;

/** Other things by the same word: the terms of a text that are explained, not those of an SPF record. */
const OTHER_THINGS = ['splitTerms'];

/** The texts of the code files below a folder. */
function readAll(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

test('the pages have no rule of their own by the name of one in core: they import it', () => {
  const rules = readAll(CORE).flatMap((text) => [...text.matchAll(/^export function (\w+)/gm)].map(([, name]) => name));
  assert.ok(['isRevocable', 'maySend', 'isSameText', 'splitTxtValue'].every((name) => rules.includes(name)));
  const own = readAll(DASHBOARD).flatMap((text) =>
    [...text.matchAll(/\b(?:function|const) (\w+)\b(?= ?[=(<])/g)].map(([, name]) => name),
  );
  assert.deepEqual(
    own.filter((name) => name && rules.includes(name) && !OTHER_THINGS.includes(name)),
    [],
  );
});
