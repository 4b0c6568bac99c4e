import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../errors.ts';
import type { ProviderRegionRules } from '../sending-providers/region-rules.ts';
import { BUILT_IN_REGIONS, findRegion, isServedRegion, parseRegions } from './regions.ts';

const good = { key: 'eu-1', mailFromHost: 'bounce.example.net', spfMechanism: 'include:spf.example.net' };
const served = { provider: 'pigeon', loft: 'north' };

/** Providers as a region may name them: the first takes only bounces to its own host. */
const PROVIDERS: readonly ProviderRegionRules[] = [
  {
    name: 'pigeon',
    title: 'Pigeon Post',
    regionField: 'loft',
    findProblem: ({ providerRegion, mailFromHost }) =>
      mailFromHost === good.mailFromHost ? null : `${mailFromHost} is not the host of ${providerRegion}.`,
  },
  { name: 'raven', title: 'Raven', regionField: 'tower', findProblem: () => null },
];

const refused: readonly [name: string, json: unknown, message: RegExp][] = [
  ['not an array', { 'eu-1': good }, /^AUTOSEND_REGIONS_FILE: the file must contain a JSON array/],
  ['no region at all', [], /at least one region/],
  ['null', null, /must contain a JSON array/],
  ['an entry that is no object', [good, 'eu-2'], /entry 2 must be an object/],
  ['an entry that is an array', [[good]], /entry 1 must be an object/],
  ['a missing field', [{ key: 'eu-1', mailFromHost: 'bounce.example.net' }], /entry 1: spfMechanism must be a string/],
  ['a number for a text', [{ ...good, key: 7 }], /entry 1: key must be a string/],
  ['a misspelt field', [{ ...good, mailfromhost: 'x' }], /unknown field "mailfromhost"/],
  ['a field of Object.prototype', [JSON.parse('{"__proto__":{"key":"x"}}')], /entry 1/],
  ['the same key twice', [good, { ...good, mailFromHost: 'b.example.net' }], /entry 2: the key "eu-1".*entry 1/],
  ['an upper-case key', [{ ...good, key: 'EU' }], /key "EU"/],
  ['a host with a space', [{ ...good, mailFromHost: 'bounce example.net' }], /\(eu-1\): mailFromHost/],
  ['an address as a host', [{ ...good, mailFromHost: '192.0.2.1' }], /isn't a host name/],
  ['a mechanism that allows everyone', [{ ...good, spfMechanism: 'all' }], /must be one SPF mechanism/],
  ['a whole SPF record', [{ ...good, spfMechanism: 'v=spf1 include:a.example ~all' }], /must be one SPF mechanism/],
  ['a mechanism with a qualifier', [{ ...good, spfMechanism: '-include:a.example' }], /without a qualifier/],
  ['another provider', [{ ...good, provider: 'smtp' }], /provider must be "pigeon" or "raven" or omitted/],
  ['a provider that is no text', [{ ...good, provider: null }], /provider must be "pigeon"/],
  [
    'what its provider does not take',
    [{ ...good, ...served, mailFromHost: 'a.example' }],
    /entry 1 \(eu-1\): a\.example is not the host of north\./,
  ],
  ['a region of a provider without it', [{ ...good, loft: 'north' }], /loft also needs "provider": "pigeon"/],
  ['a region of another provider', [{ ...good, ...served, tower: 'x' }], /tower also needs "provider": "raven"/],
  [
    'one place of a provider twice',
    [
      { ...good, ...served },
      { ...good, ...served, key: 'b' },
    ],
    /entry 2: Pigeon Post in north is already used by entry 1/,
  ],
  ['a redirect', [{ ...good, spfMechanism: 'redirect=a.example' }], /must be one SPF mechanism/],
];

for (const [name, json, message] of refused)
  test(`a regions file is refused by name of the entry: ${name}`, () => {
    assert.throws(
      () => parseRegions(json, PROVIDERS),
      (error) => error instanceof AppError && error.code === 'VALIDATION_FAILED' && message.test(error.message),
    );
  });

test('a regions file is read, with host names brought to one form', () => {
  const regions = parseRegions([good, { ...good, key: 'us', mailFromHost: ' Bounce.Example.NET. ' }], []);
  assert.deepEqual(regions, [good, { ...good, key: 'us' }]);
});

test('a region with a provider knows its region there, by its key where nothing else is said', () => {
  const regions = parseRegions(
    [
      { ...good, ...served },
      { ...good, key: 'b', provider: 'raven' },
    ],
    PROVIDERS,
  );
  assert.deepEqual(
    regions.filter(isServedRegion).map(({ provider, providerRegion }) => [provider, providerRegion]),
    [
      ['pigeon', 'north'],
      ['raven', 'b'],
    ],
  );
  assert.ok(!BUILT_IN_REGIONS.some(isServedRegion));
});

test('two providers may have regions of one name', () => {
  const entries = [
    { ...good, ...served },
    { ...good, key: 'b', provider: 'raven', tower: 'north' },
  ];
  assert.equal(parseRegions(entries, PROVIDERS).length, 2);
});

test('the seven built-in regions pass the check for files, and are found by exact key only', () => {
  assert.equal(BUILT_IN_REGIONS.length, 7);
  assert.deepEqual(parseRegions(JSON.parse(JSON.stringify(BUILT_IN_REGIONS)), []), BUILT_IN_REGIONS);
  assert.equal(findRegion(BUILT_IN_REGIONS, 'eu-west-1')?.mailFromHost, 'feedback-smtp.eu-west-1.amazonses.com');
  assert.equal(findRegion(BUILT_IN_REGIONS, 'EU-WEST-1'), null);
  assert.equal(findRegion(BUILT_IN_REGIONS, '__proto__'), null);
});
