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

for (const [given, word, state, note] of [
  [{}, 'Never checked', 'waiting', ''],
  [{ isChecking: true }, 'Checking for the first time…', 'waiting', ''],
  [{ standings: all('waiting') }, '0 of 5 records found', 'waiting', ''],
  [
    { standings: ['right', 'right', 'waiting', 'waiting', 'waiting'] },
    '2 of 5 records found',
    'waiting',
    'missing: return path, DMARC',
  ],
  [{ standings: ['wrong', 'right', 'right', 'right', 'right'] }, '1 record needs fixing', 'wrong', 'to fix: ownership'],
  [{ standings: all('unknown') }, 'DNS unreachable', 'unknown', ''],
  [{ verificationStatus: 'VERIFIED', standings: all('right') }, 'Verified', 'verified', ''],
  [
    { verificationStatus: 'VERIFIED', standings: ['right', 'wrong', 'right', 'right', 'right'] },
    'DKIM is broken',
    'wrong',
    '',
  ],
  [
    { verificationStatus: 'TEMPORARY_FAILURE', standings: ['right', 'wrong', 'waiting', 'waiting', 'wrong'] },
    'At risk: DKIM is broken',
    'attention',
    'to fix: DMARC',
  ],
  [
    { verificationStatus: 'VERIFIED', standings: ['right', 'right', 'right', 'right', 'wrong'] },
    'Verified',
    'verified',
    'to fix: DMARC',
  ],
  [{ verificationStatus: 'FAILED', standings: all('waiting') }, 'Verification failed', 'wrong', ''],
] as const satisfies readonly (readonly [Partial<Given>, string, string, string])[])
  test(`the list says what the page says: ${word}`, () => {
    const { open: _, ...said } = describe(given as Partial<Given>);
    assert.deepEqual(said, { state, word, note });
  });

test('what is open is named once for each flag, whatever is wrong with it', () => {
  const { open } = describe({ standings: ['right', 'wrong', 'wrong', 'waiting', 'unknown'] });
  assert.deepEqual(open, ['DKIM', 'return path', 'DMARC']);
});
