import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DnsProviderFault } from './dns-provider.ts';
import { DNS_PROVIDER_NAMES } from './provider-table.ts';
import { describeProviderProblem, formatProviderProblem } from './words.ts';

const RECORD = { name: '_dmarc.example.com', type: 'TXT' } as const;
const FAULTS: readonly DnsProviderFault[] = [
  ...(['unauthorized', 'forbidden', 'no_such_zone', 'changed', 'quota', 'refused_record', 'throttled'] as const),
  ...(['clock_off', 'unavailable', 'unreachable', 'tls_failed', 'address_refused', 'bad_answer'] as const),
];

describe('a problem with a DNS provider in words', () => {
  for (const [what, problem, operation, words] of [
    [
      'a token that only reads',
      { outcome: 'forbidden', detail: '' },
      'write',
      'The API token may read this zone, but not change its records. It needs Zone:Read and DNS:Edit for the zone.',
    ],
    [
      'a token that was revoked',
      { outcome: 'unauthorized', detail: 'Invalid API Token' },
      'listZones',
      "Cloudflare doesn't accept the API token. It may be mistyped, expired or revoked. (Invalid API Token)",
    ],
    [
      'a token that reaches nothing',
      { outcome: 'no_such_zone', detail: '' },
      'listZones',
      'Cloudflare accepts the API token, but it reaches no zone. It needs Zone:Read and DNS:Edit for the zone.',
    ],
    [
      'an account that is full',
      { outcome: 'quota', detail: '', about: RECORD },
      'write',
      "The account's plan at Cloudflare allows no more records: the TXT record at _dmarc.example.com wasn't added.",
    ],
    [
      'a record that somebody changed',
      { outcome: 'changed', detail: '', about: RECORD },
      'write',
      'The TXT record at _dmarc.example.com was changed by someone else since the plan was shown. Nothing was overwritten there.',
    ],
    [
      'too many requests',
      { outcome: 'throttled', detail: '', retryAfterSeconds: 300 },
      'read',
      'Cloudflare is limiting requests. Try again in 5 minutes.',
    ],
  ] as const)
    it(what, () => assert.equal(formatProviderProblem('cloudflare', problem, operation), words));

  it('is a sentence for every fault and every provider', () => {
    for (const provider of DNS_PROVIDER_NAMES)
      for (const outcome of FAULTS)
        for (const about of [undefined, RECORD]) {
          const { message } = describeProviderProblem(provider, { outcome, detail: '', ...(about && { about }) });
          assert.match(message, /^(?:[A-Z]|deSEC)[^\n]*\.$/);
          assert.ok(!/undefined|null|\.\.| {2}| The name server/.test(message.slice(1)), message);
        }
  });
});
