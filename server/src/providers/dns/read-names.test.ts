import { deepEqual, equal } from 'node:assert/strict';
import { it } from 'node:test';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { readNames } from './read-names.ts';

const NAMES = ['a.example.com', 'b.example.com', 'c.example.com'];
const setAt = (name: string): RrSet => ({ name, type: 'TXT', ttlSeconds: 300, rdata: ['"x"'] });
const page = async (names: readonly string[], isWhole: boolean) =>
  ({ outcome: 'done', value: { rrSets: names.map(setAt), isWhole } }) as const;
const namesOf = (answer: Awaited<ReturnType<typeof readNames>>) =>
  answer.outcome === 'done' && answer.value.map(({ name }) => name);

it('a zone on one page is read with one request, and a longer one name by name', async () => {
  const asked: string[] = [];
  const readName = (name: string) => {
    asked.push(name);
    return page(name === NAMES[1] ? [] : [name, 'other.example.com'], true);
  };
  const whole = await readNames(NAMES, { readFirst: () => page(['b.example.com', 'z.example.com'], true), readName });
  deepEqual([namesOf(whole), asked], [['b.example.com'], []]);
  const long = await readNames(NAMES, { readFirst: () => page(['b.example.com'], false), readName });
  deepEqual([namesOf(long), asked], [['a.example.com', 'c.example.com'], NAMES]);
});

it("records at one name on a page that wasn't read don't count as absent", async () => {
  const readName = (name: string) => page([name], false);
  const answer = await readNames(['a.example.com'], { readFirst: () => page([], true), readName });
  equal(answer.outcome, 'bad_answer');
});
