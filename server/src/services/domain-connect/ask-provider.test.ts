import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestClock } from '../../../test/support/clock.ts';
import { HOST_ALLOWANCES } from '../../core/access/host-allowances.ts';
import type { Answer } from '../../core/answers/dns-answer.ts';
import type { HttpReply } from '../../delivery/http-request.ts';
import { buildDenied } from '../../dns/address-policy.ts';
import type { Dns } from '../../dns/lookup.ts';
import { createScriptedDns } from '../../dns/scripted-dns.ts';
import { createHostLimits } from '../outgoing/host-limits.ts';
import { askProvider } from './ask-provider.ts';

const SOURCE = { server: '192.0.2.53', address: '192.0.2.53', via: 'recursive', rttMs: 1 } as const;
const ABSENT: HttpReply = { status: 404, headers: {}, body: '', cut: null };

/** Servers that answer all they are asked, under these addresses; each name has one of them, or several. */
function open(addressesOf: (name: string) => readonly string[]) {
  const clock = createTestClock();
  const asked: string[] = [];
  const silent = createScriptedDns(() => {
    throw new Error('Hosts are asked about at the resolvers.');
  });
  const askServer: Dns['askServer'] = async (_server, { name, type }) => {
    const records = addressesOf(name).map((address) => ({ type: 'A', address }) as const);
    const answer: Answer =
      type === 'A'
        ? { outcome: 'found', records, ttlSeconds: 60, source: SOURCE }
        : { outcome: 'absent', reason: 'nodata', negativeTtlSeconds: 60, source: SOURCE };
    return { answer, authenticated: false, authoritative: false, recursionAvailable: true };
  };
  const dns = { ...silent, askServer };
  const ctx: Parameters<typeof askProvider>[0] = {
    clock,
    dns,
    dnsSettings: {
      mode: 'authoritative',
      resolvers: [{ address: '192.0.2.53', port: 53 }],
      authoritativePort: 53,
      allowPrivate: true,
    },
    dnsProviderPolicy: { allowPrivate: true, denied: buildDenied([]) },
    stopping: new AbortController().signal,
    settingsHosts: createHostLimits(clock, HOST_ALLOWANCES.settings),
    async sendHttp({ address }) {
      asked.push(address);
      return ABSENT;
    },
  };
  const ask = async (host: string, times: number) => {
    const outcomes: string[] = [];
    for (let n = 0; n < times; n += 1)
      outcomes.push((await askProvider(ctx, `https://${host.replace('*', String(n))}/v2/a/settings`)).outcome);
    return {
      asked: outcomes.filter((each) => each === 'absent').length,
      left: outcomes.filter((each) => each === 'asked_often').length,
    };
  };
  return { clock, asked, ask };
}

describe('a server of a DNS provider', () => {
  it('is asked fifty times at once and five times a second, however many zones name it', async () => {
    const { ask, asked, clock } = open(() => ['192.0.2.1']);
    deepEqual(await ask('connect.example.net', 60), { asked: 50, left: 10 });
    equal(asked.length, 50);
    clock.advance(2_000);
    deepEqual(await ask('connect.example.net', 60), { asked: 10, left: 50 });
  });

  it('is asked no more because it has many names', async () => {
    const { ask, asked } = open(() => ['192.0.2.1']);
    deepEqual(await ask('n*.example.net', 200), { asked: 50, left: 150 });
    equal(asked.length, 50);
  });

  it('is asked no more because it has many addresses', async () => {
    const { ask, asked } = open(() => ['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    deepEqual(await ask('connect.example.net', 200), { asked: 50, left: 150 });
    equal(asked.length, 50);
  });

  it('takes nothing of what another one may be asked', async () => {
    const { ask } = open((name) => [name.startsWith('a') ? '192.0.2.1' : '192.0.2.2']);
    await ask('a.example.net', 60);
    deepEqual(await ask('b.example.net', 50), { asked: 50, left: 0 });
  });
});
