import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainListItem } from '../../api/domains.ts';
import { describeListed } from './describe-listed.ts';

type Given = Pick<DomainListItem, 'verificationStatus' | 'standings' | 'isChecking'>;
const describe = (given: Partial<Given>) =>
  describeListed({
    domainName: 'example.com',
    verificationStatus: 'PENDING_CONFIGURATION',
    standings: null,
    isChecking: false,
    ...given,
  });
const all = (standing: 'right' | 'wrong' | 'waiting' | 'unknown') => Array.from({ length: 5 }, () => standing);

for (const [given, word, state, missing] of [
  [{}, 'Never checked', 'waiting', ''],
  [{ isChecking: true }, 'Checking for the first time…', 'waiting', ''],
  [{ standings: all('waiting') }, '0 of 5 records found', 'waiting', ''],
  [
    { standings: ['right', 'right', 'waiting', 'waiting', 'waiting'] },
    '2 of 5 records found',
    'waiting',
    'missing: MAIL FROM, DMARC',
  ],
  [
    { standings: ['wrong', 'right', 'right', 'right', 'right'] },
    '1 record needs fixing',
    'wrong',
    'missing: ownership',
  ],
  [{ standings: all('unknown') }, 'DNS unreachable', 'unknown', ''],
  [{ verificationStatus: 'VERIFIED', standings: all('right') }, 'Verified', 'verified', ''],
  [
    { verificationStatus: 'VERIFIED', standings: ['right', 'wrong', 'right', 'right', 'right'] },
    'DKIM is broken',
    'wrong',
    'missing: DKIM',
  ],
  [{ verificationStatus: 'FAILED', standings: all('waiting') }, 'Verification failed', 'wrong', ''],
] as const satisfies readonly (readonly [Partial<Given>, string, string, string])[])
  test(`the list says what the page says: ${word}`, () => {
    assert.deepEqual(describe(given as Partial<Given>), { state, word, missing });
  });
