import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboutRecord, DKIM_VALUE, sayWhole, type WordCase } from '../../../../test/support/findings/worded-places.ts';
import { excerptOf } from '../../answers/quote-found.ts';

/** What a DKIM key record says of its key, in words. */
const CASES: readonly WordCase[] = [
  {
    what: 'the tag is to be removed',
    seen: { code: 'dkim_testing_flag', facts: {} },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`t=y` at `autosend._domainkey.example.com` marks the key as a test, so receivers may treat signed mail as unsigned.',
      fix: 'Remove `t=y` from the value, or paste our full value again.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'the key is to be published again',
    seen: { code: 'dkim_revoked', facts: {} },
    about: aboutRecord('dkim'),
    said: {
      detail: '`p=` is empty at `autosend._domainkey.example.com`, which marks the key as revoked (RFC 6376 §3.6.1).',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'both lengths are told',
    seen: { code: 'dkim_weak_key', facts: { bits: 1024, ourBits: 2048 } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        'The key at `autosend._domainkey.example.com` isn’t ours and has only 1024 bits (ours has 2048). Receivers trust short keys less, or not at all.',
      fix: 'Replace the value with the full one (410 characters).',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'what the key is for',
    seen: { code: 'dkim_service_excluded', facts: { found: excerptOf('tlsrpt') } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`s=` at `autosend._domainkey.example.com` limits the key to these services: "tlsrpt". Email isn’t one of them.',
      fix: 'Remove `s=` from the value, or paste our full value again.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  {
    what: 'which hashes it allows',
    seen: { code: 'dkim_hash_excluded', facts: { found: excerptOf('sha1') } },
    about: aboutRecord('dkim'),
    said: {
      detail:
        '`h=` at `autosend._domainkey.example.com` limits the hash algorithms: "sha1". We sign with sha256, which isn’t one of them.',
      fix: 'Remove `h=` from the value, or paste our full value again.',
      copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
    },
  },
  ...(
    [
      ['dkim_service_excluded', 's=', 'so the key isn’t allowed for any service.'],
      ['dkim_hash_excluded', 'h=', 'so the key isn’t allowed with any hash algorithm. We sign with sha256.'],
    ] as const
  ).map(
    ([code, tag, means]): WordCase => ({
      what: 'the list is empty',
      seen: { code, facts: { found: excerptOf('') } },
      about: aboutRecord('dkim'),
      said: {
        detail: `\`${tag}\` is empty at \`autosend._domainkey.example.com\`, ${means}`,
        fix: `Remove \`${tag}\` from the value, or paste our full value again.`,
        copy: { label: 'Copy full value (410 characters)', value: DKIM_VALUE },
      },
    }),
  ),
];

for (const each of CASES) test(`${each.seen.code}: ${each.what}`, () => assert.deepEqual(sayWhole(each), each.said));
