import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../..', import.meta.url));
const text = readFileSync(join(SERVER, '../docs/security.md'), 'utf8');

/** The controls of OWASP ASVS 5.0.0 of levels 1 and 2, as section:numbers, from the standard's own CSV. */
const CONTROLS = [
  '1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1 3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2',
  '4.1:1-3 4.2:1 4.3:1-2 4.4:1-4 5.1:1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3',
  '6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1 8.4:1 9.1:1-3 9.2:1-4 10.1:1-2',
  '10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1',
  '12.1:1-3 12.2:1-2 12.3:1-4 13.1:1 13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3',
  '15.3:1-7 16.1:1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 17.1:1 17.2:1-4 17.3:1-2',
];

const STATES = ['met', 'partly', 'not met', 'operator', 'n/a'];

interface Row {
  readonly ids: readonly string[];
  readonly state: string;
  readonly how: string;
}

const rows: Row[] = [...text.matchAll(/^\| (V\d[^|]*?) +\| ([^|]*?) +\| (.*?) +\|$/gm)].map(
  ([, ids = '', state = '', how = '']) => ({ ids: ids.split(', ').flatMap(listRange), state, how }),
);

/** `V1.2.1–V1.2.3` is three controls. */
function listRange(range: string): string[] {
  const [first = '', last = first] = range.split('–');
  const section = first.slice(0, first.lastIndexOf('.'));
  const number = (id: string) => Number(id.slice(id.lastIndexOf('.') + 1));
  const count = number(last) - number(first) + 1;
  return Array.from({ length: count }, (_, at) => `${section}.${number(first) + at}`);
}

test('every control of levels 1 and 2 is in the table once, with a state', () => {
  const expected = CONTROLS.join(' ')
    .split(' ')
    .flatMap((each) => {
      const [section = '', numbers = ''] = each.split(':');
      return numbers.split(',').flatMap((range) => {
        const [first, last] = range.split('-');
        return listRange(`V${section}.${first}–V${section}.${last ?? first}`);
      });
    });
  assert.equal(expected.length, 253);
  assert.deepEqual(rows.flatMap(({ ids }) => ids).sort(), expected.sort());
  for (const { ids, state } of rows) assert.ok(STATES.includes(state), `${ids[0]}: ${state}`);
});

test('the counts at the head of the table are those of its rows', () => {
  for (const state of STATES) {
    const count = rows.filter((row) => row.state === state).flatMap(({ ids }) => ids).length;
    assert.match(text, new RegExp(`^\\| ${state} +\\|[^|]*\\| ${count} +\\|$`, 'm'), `${state}: ${count}`);
  }
});

test('every test that is named there exists', async () => {
  const names = [...text.matchAll(/`((?:src|integration|e2e|faults|conformance)\/[\w./-]+\.test\.ts)`/g)];
  assert.ok(names.length > 100);
  for (const [, name = ''] of names) await access(join(SERVER, name.startsWith('src/') ? name : `test/${name}`));
});
