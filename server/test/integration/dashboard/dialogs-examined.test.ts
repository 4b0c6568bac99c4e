import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const ROOT = join(import.meta.dirname, '../../../..');
/** The parts that every dialog is made of. */
const PARTS = ['Dialog', 'FormDialog', 'DeleteDialog'];

/** The functions of a file that draw a dialog. */
function listDialogs(text: string): string[] {
  return text
    .split(/^(?=(?:export )?function )/m)
    .filter((part) => PARTS.some((name) => new RegExp(`<${name}\\b`).test(part)))
    .map((part) => /^(?:export )?function (\w+)/.exec(part)?.[1] ?? '');
}

test('each dialog of the dashboard is opened and examined in a browser', () => {
  const drawn = globSync('dashboard/src/**/*.tsx', { cwd: ROOT })
    .flatMap((file) => listDialogs(readFileSync(join(ROOT, file), 'utf8')))
    .filter((name) => !PARTS.includes(name));
  assert.ok(drawn.length > 20, `only ${drawn.length} dialogs were found`);
  const journeys = globSync('server/test/e2e/dashboard*.test.ts', { cwd: ROOT }).map((file) =>
    readFileSync(join(ROOT, file), 'utf8'),
  );
  // Each is named where it is examined: by the call, or in a table of a test that makes it.
  const isExamined = (name: string) =>
    journeys.some((text) => text.includes('examineDialog(') && text.includes(`'${name}'`));
  assert.deepEqual(
    drawn.filter((name) => !isExamined(name)),
    [],
  );
});
