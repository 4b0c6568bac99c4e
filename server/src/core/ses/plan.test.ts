import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeenIdentity, WantedIdentity } from '../sending-providers/identity.ts';
import { planIdentity, type SesPlan } from './plan.ts';

const known = { owner: 'us', givenKeyId: 'key-1' };
const wanted: WantedIdentity = {
  keyId: 'key-1',
  selector: 's1',
  keyBits: 2048,
  mailFromDomain: 'asend.example.com',
  isKeySeen: false,
  isMailFromSeen: false,
};
const seen: SeenIdentity = {
  isVerifiedForSending: true,
  dkim: { isBrought: true, isEnabled: true, status: 'SUCCESS', selector: 's1' },
  mailFrom: { domain: 'asend.example.com', status: 'SUCCESS' },
  owner: 'us',
};
const easy = { ...seen.dkim, isBrought: false, selector: null };
const other = { domain: 'bounce.example.com', status: 'SUCCESS' } as const;
const inDns = { ...wanted, isKeySeen: true, isMailFromSeen: true };
const failed = { dkim: { ...seen.dkim, status: 'FAILED' }, mailFrom: { ...seen.mailFrom, status: 'FAILED' } } as const;

const cases: [string, WantedIdentity | null, SeenIdentity | null, SesPlan['steps'], SesPlan['rest']][] = [
  ['nothing is wanted, nothing is there', null, null, [], 'gone'],
  ['ours, and no longer wanted', null, seen, ['delete'], 'gone'],
  ['made by others, and not wanted here', null, { ...seen, owner: null }, [], 'gone'],
  ['made by another installation, and not wanted here', null, { ...seen, owner: 'them' }, [], 'gone'],
  ['wanted, and not there', wanted, null, ['create', 'set_mail_from'], 'checking'],
  ['in step', wanted, seen, [], 'ready'],
  ['in step, and still looked for', wanted, { ...seen, dkim: { ...seen.dkim, status: 'PENDING' } }, [], 'checking'],
  ['in step, and not to send yet', wanted, { ...seen, isVerifiedForSending: false }, [], 'checking'],
  [
    'made, and without MAIL FROM yet',
    wanted,
    { ...seen, mailFrom: { domain: null, status: null } },
    ['set_mail_from'],
    'checking',
  ],
  ['signing turned off', wanted, { ...seen, dkim: { ...seen.dkim, isEnabled: false } }, ['enable_signing'], 'ready'],
  ['a new key that is in DNS', { ...inDns, keyId: 'key-2', selector: 's2' }, seen, ['set_dkim'], 'ready'],
  [
    'a new key that nobody saw, while the old one works',
    { ...wanted, keyId: 'key-2', selector: 's2' },
    seen,
    [],
    'waiting',
  ],
  ['another key at the same selector', { ...inDns, keyId: 'key-2' }, seen, ['set_dkim'], 'ready'],
  ['Easy DKIM that works, our key nowhere', wanted, { ...seen, dkim: easy }, [], 'waiting'],
  ['Easy DKIM that works, our key in DNS', inDns, { ...seen, dkim: easy }, ['set_dkim'], 'ready'],
  ['Easy DKIM that does not work', wanted, { ...seen, dkim: { ...easy, status: 'PENDING' } }, ['set_dkim'], 'checking'],
  ['another MAIL FROM that works, our records nowhere', wanted, { ...seen, mailFrom: other }, [], 'waiting'],
  ['another MAIL FROM that works, our records in DNS', inDns, { ...seen, mailFrom: other }, ['set_mail_from'], 'ready'],
  [
    'another MAIL FROM that does not work',
    wanted,
    { ...seen, mailFrom: { ...other, status: 'FAILED' } },
    ['set_mail_from'],
    'checking',
  ],
  ['SES gave up, and the records are there', inDns, { ...seen, ...failed }, ['set_dkim', 'set_mail_from'], 'checking'],
  ['SES gave up, and the records are not there', wanted, { ...seen, ...failed }, [], 'checking'],
  ['a key that SES does not take', { ...inDns, keyBits: 3072 }, seen, [], 'key_too_long'],
  ['a key that SES does not take, and no identity', { ...inDns, keyBits: 3072 }, null, [], 'key_too_long'],
];

for (const [name, want, see, steps, rest] of cases)
  test(`what to do at SES: ${name}`, () => {
    assert.deepEqual(planIdentity(want, see, known), { steps, rest });
  });

test('an identity whose key we do not know to be ours is given it, whatever its selector', () => {
  assert.deepEqual(planIdentity(inDns, seen, { ...known, givenKeyId: null }).steps, ['set_dkim']);
});
