import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../errors.ts';
import { parseRegions } from '../records/regions.ts';
import { SES_REGION_RULES } from './region-rules.ts';

const good = { key: 'eu-1', mailFromHost: 'bounce.example.net', spfMechanism: 'include:spf.example.net' };
const ses = { mailFromHost: 'feedback-smtp.eu-west-1.amazonses.com', provider: 'ses', awsRegion: 'eu-west-1' };
const parse = (json: unknown) => parseRegions(json, [SES_REGION_RULES]);

const refused: readonly [name: string, json: unknown, message: RegExp][] = [
  ['another provider', [{ ...good, provider: 'smtp' }], /provider must be "ses"/],
  ['SES in a region that AWS does not have', [{ ...good, provider: 'ses' }], /"eu-1" isn't an AWS region/],
  [
    'SES with another host for bounces',
    [{ ...good, ...ses, mailFromHost: 'a.example' }],
    /mailFromHost must be feedback/,
  ],
  ['a region of AWS without SES', [{ ...good, awsRegion: 'eu-west-1' }], /awsRegion also needs "provider": "ses"/],
  [
    'SES in one place twice',
    [
      { ...good, ...ses },
      { ...good, ...ses, key: 'b' },
    ],
    /entry 2: Amazon SES in eu-west-1 is already used by entry 1/,
  ],
];

for (const [name, json, message] of refused)
  test(`a regions file is refused by name of the entry: ${name}`, () => {
    assert.throws(
      () => parse(json),
      (error) => error instanceof AppError && error.code === 'VALIDATION_FAILED' && message.test(error.message),
    );
  });

test('a region with Amazon SES knows its region of AWS, by its key where nothing else is said', () => {
  const regions = parse([
    { ...good, ...ses },
    { ...good, key: 'us-east-1', mailFromHost: 'feedback-smtp.us-east-1.amazonses.com', provider: 'ses' },
  ]);
  assert.deepEqual(
    regions.map(({ provider, providerRegion }) => [provider, providerRegion]),
    [
      ['ses', 'eu-west-1'],
      ['ses', 'us-east-1'],
    ],
  );
});
