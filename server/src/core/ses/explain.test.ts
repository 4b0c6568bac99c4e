import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Comparison,
  IDENTITY_STATES,
  type ProviderStatus,
  type SeenIdentity,
} from '../sending-providers/identity.ts';
import { explainIdentity } from './explain.ts';

function see(dkim: ProviderStatus, mailFrom: ProviderStatus, isVerifiedForSending = dkim === 'SUCCESS'): SeenIdentity {
  return {
    isVerifiedForSending,
    dkim: { isBrought: true, isEnabled: true, status: dkim, selector: 's1' },
    mailFrom: { domain: 'asend.example.com', status: mailFrom },
    owner: 'us',
  };
}

const found = { isDkimFound: true, isMailFromFound: true, isVerified: true, isOwnershipVerified: true };
const missing = { isDkimFound: false, isMailFromFound: false, isVerified: false, isOwnershipVerified: false };
const base = {
  state: 'checking',
  seen: see('PENDING', 'PENDING'),
  selector: 's1',
  isKeyOfAnother: false,
  ...missing,
} as const;

const cases: [string, Comparison, RegExp | null][] = [
  ['both found all', { ...base, ...found, state: 'ready', seen: see('SUCCESS', 'SUCCESS') }, null],
  ['neither found anything', base, null],
  ['SES gave up, and we find nothing either', { ...base, seen: see('FAILED', 'FAILED') }, null],
  [
    'SES has the key of another project, under the same selector',
    { ...base, ...found, isKeyOfAnother: true },
    /verified elsewhere on this service/,
  ],
  ['only we found the key', { ...base, ...found }, /DKIM record is live.*within minutes/],
  [
    'SES could not check, and we could',
    { ...base, ...found, seen: see('TEMPORARY_FAILURE', 'SUCCESS') },
    /hasn’t seen it yet/,
  ],
  [
    'SES gave up, and we find the key',
    { ...base, ...found, seen: see('FAILED', 'SUCCESS') },
    /asked it to check again/,
  ],
  ['only SES found the key', { ...base, seen: see('SUCCESS', 'PENDING') }, /don’t find it now/],
  [
    'only we found MAIL FROM',
    { ...base, ...found, seen: see('SUCCESS', 'PENDING') },
    /MAIL FROM records are live.*amazonses\.com/,
  ],
  ['only SES found MAIL FROM', { ...base, isDkimFound: true, seen: see('SUCCESS', 'SUCCESS') }, /only the MX record/],
  [
    'SES sends, and we want more',
    { ...base, ...found, isVerified: false, seen: see('SUCCESS', 'SUCCESS') },
    /already sends for this domain/,
  ],
  [
    'SES does not send, though all is there',
    { ...base, ...found, seen: see('SUCCESS', 'SUCCESS', false) },
    /doesn’t send/,
  ],
  ['the ownership is not proved', { ...base, state: 'pending' }, /once its ownership record is found/],
  ['SES signs with the key of another project', { ...base, selector: 's2' }, /signs with the selector s1/],
];

for (const [name, comparison, sentence] of cases)
  test(`SES and we are compared in a sentence: ${name}`, () => {
    const text = explainIdentity(comparison);
    if (sentence === null) assert.equal(text, null);
    else assert.match(text ?? '', sentence);
  });

for (const state of IDENTITY_STATES)
  if (state !== 'checking' && state !== 'ready')
    test(`the state ${state} is explained, whatever SES said before`, () => {
      for (const seen of [null, see('SUCCESS', 'SUCCESS')])
        assert.match(
          explainIdentity({ ...base, ...found, state, seen }) ?? '',
          /^(?:Amazon SES |We’re adding this domain to Amazon SES)/,
        );
    });
