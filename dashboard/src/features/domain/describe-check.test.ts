import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostics } from '../../api/domains.ts';
import type { State } from '../../components/StateMark.tsx';
import { describeCheck } from './describe-check.ts';
import type { RecordRow } from './record-rows.ts';

for (const { states, answered, says } of [
  {
    states: ['waiting', 'waiting', 'waiting'],
    answered: [true, true],
    says: 'Checked 2 name servers just now: 3 records still missing',
  },
  {
    states: ['verified', 'verified'],
    answered: [true, false],
    says: 'Checked 1 name server just now: all records are live',
  },
  {
    states: ['wrong', 'waiting', 'verified'],
    answered: [true, true, true],
    says: 'Checked 3 name servers just now: 1 record to fix, 1 record still missing',
  },
  { states: ['unknown', 'attention'], answered: [], says: 'Checked just now: no clear answer about 2 records' },
] satisfies { states: State[]; answered: boolean[]; says: string }[])
  test(`what a check saw is said: ${says}`, () => {
    const rows = states.map((state) => ({ state }) as RecordRow);
    const zone = { nameservers: answered.map((each) => ({ name: 'ns', addresses: [], answered: each })) };
    assert.equal(describeCheck(rows, { zone } as unknown as Diagnostics), says);
  });
