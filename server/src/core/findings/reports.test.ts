import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, failed, type Seen, texts } from '../../../test/support/findings/explained-domain.ts';
import { lookupsOf, viewOf } from '../../../test/support/findings/record-view.ts';
import { startProbe } from './probe.ts';
import { findUnauthorizedReports } from './reports.ts';

const nothing: Seen = { answers: [absent()] };
const nameAt = (host: string) => `example.com._report._dmarc.${host}`;
/** The hosts that are asked whether they take reports, and those told of once they have said nothing. */
function check(seen: Seen, allowed: Seen = nothing) {
  const view = viewOf('dmarc', seen, 'verified');
  const first = startProbe(new Map(), true);
  assert.deepEqual(findUnauthorizedReports(view, 'example.com', first), [], 'before it was asked nobody is accused');
  const asked = first.outstanding.map(({ name, type }) => `${type} ${name}`);
  const known = lookupsOf(Object.fromEntries(asked.map((key) => [key, allowed])));
  const told = findUnauthorizedReports(view, 'example.com', startProbe(known, true)).map(({ facts }) => facts);
  return { asked, told };
}

const rua = (...uris: string[]) => texts(`v=DMARC1; p=none; rua=${uris.join(',')}`);
for (const [what, seen, hosts] of [
  ['another organization', rua('mailto:a@example.net'), ['example.net']],
  ['a host of another organization', rua('mailto:a@r.example.net'), ['r.example.net']],
  ['the domain itself', rua('mailto:a@example.com'), []],
  ['a host of the domain', rua('mailto:a@mail.example.com'), []],
  ['a name that only ends like the domain', rua('mailto:a@badexample.com'), ['badexample.com']],
  ['letters in another case', rua('MAILTO:A@EXAMPLE.NET'), ['example.net']],
  ['a final dot', rua('mailto:a@example.net.'), ['example.net']],
  [
    'a limit in bytes, kilobytes, megabytes',
    rua('mailto:a@example.net!100', 'mailto:a@example.org!10k'),
    ['example.net', 'example.org'],
  ],
  ['a subject', rua('mailto:a@example.net?subject=x'), ['example.net']],
  ['a limit in capital letters', rua('mailto:a@example.net!1G'), ['example.net']],
  ['two addresses at one host', rua('mailto:a@example.net', 'mailto:b@example.net'), ['example.net']],
  ['three hosts: two are asked', rua('mailto:a@a.net', 'mailto:a@b.net', 'mailto:a@c.net'), ['a.net', 'b.net']],
  [
    'our own host first takes none of the two places',
    rua('mailto:a@example.com', 'mailto:a@b.net', 'mailto:a@c.net'),
    ['b.net', 'c.net'],
  ],
  ['no address', rua('https://example.net/'), []],
  ['no host', rua('mailto:a'), []],
  ['no policy', texts('hello'), []],
  ['two policies: none of them applies', texts('v=DMARC1; p=none; rua=mailto:a@example.net', 'v=DMARC1; p=reject'), []],
  ['a policy beside another text', texts('hello', 'v=DMARC1; p=none; rua=mailto:a@example.net'), ['example.net']],
  ['nobody answered', { answers: [failed(1)] }, []],
] as const)
  test(`reports: whoever is outside the organization is asked whether he takes them: ${what}`, () => {
    const { asked, told } = check(seen);
    assert.deepEqual(
      asked,
      hosts.map((host) => `TXT ${nameAt(host)}`),
    );
    assert.deepEqual(
      told,
      hosts.map((host) => ({ host, name: nameAt(host) })),
    );
  });

for (const [what, allowed, isTold] of [
  ['a record that says so', texts('v=DMARC1'), false],
  ['a record with a tag more', texts('v=DMARC1;'), false],
  ['another text', texts('v=spf1 -all'), true],
  ['another text beside it', texts('hello', 'v=DMARC1'), false],
  ['no such name', { answers: [absent(1, 'nxdomain')] }, true],
  ['no answer', { answers: [failed(1)] }, false],
] as const)
  test(`reports: the other organization is ${isTold ? '' : 'not '}said to take none: ${what}`, () => {
    assert.equal(check(rua('mailto:a@example.net'), allowed).told.length, isTold ? 1 : 0);
  });
