import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DnsProviderProblem } from '../../../src/core/publishing/dns-provider.ts';
import { formatTarget, formatTxt, readTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { writeTargets } from '../../../src/services/keys-zone/write-targets.ts';
import { createMemoryZones } from '../../support/publishing/memory-zones.ts';

const ZONE = 'dkim.operator.example';
const NAMES = ['autosend1', 'autosend2'].map((selector) => `${selector}.60d5ec49f1b2c72d9c8b2222.${ZONE}`);
const KEY = `v=DKIM1; k=rsa; p=${'MIIB'.repeat(98)}`;
const targets = NAMES.map((name, at) => ({ name, text: `${KEY}${at}` }));
const other: RrSet = { name: ZONE, type: 'TXT', ttlSeconds: 60, rdata: [formatTxt('not ours')] };
const going = { signal: new AbortController().signal, mayGoOn: () => true };
const zone = { id: 'zone', name: ZONE };

const write = (provider: ReturnType<typeof createMemoryZones>, isRemoved = false) =>
  writeTargets(provider, zone, { targets, isRemoved }, going);
const read = (provider: ReturnType<typeof createMemoryZones>) =>
  provider.listAll().map(({ name, ttlSeconds, rdata }) => [name, ttlSeconds, readTxt(rdata[0] ?? '')]);
const expected = [[ZONE, 60, 'not ours'], ...targets.map(({ name, text }) => [name, 300, text])];

describe('writing keys into the keys zone', () => {
  it('puts both there, leaves the rest alone, and changes nothing the second time', async () => {
    const provider = createMemoryZones(ZONE, [other]);
    deepEqual(await write(provider), { outcome: 'right' });
    deepEqual(read(provider), expected);
    provider.failNextWrite({ outcome: 'forbidden', detail: 'Nothing may be written.' });
    deepEqual(await write(provider), { outcome: 'right' });
  });

  it('puts back what somebody changed, and a TTL by which resolvers would remember a key for longer', async () => {
    const provider = createMemoryZones(ZONE, [other]);
    await write(provider);
    provider.put({ name: NAMES[0] ?? '', type: 'TXT', ttlSeconds: 300, rdata: [formatTxt('v=DKIM1; p=')] });
    provider.put({ name: NAMES[1] ?? '', type: 'TXT', ttlSeconds: 86_400, rdata: [formatTxt(targets[1]?.text ?? '')] });
    deepEqual(await write(provider), { outcome: 'right' });
    deepEqual(read(provider), expected);
  });

  it('takes what it wrote for written where the answer was lost', async () => {
    const provider = createMemoryZones(ZONE, [other]);
    provider.failNextWrite({ outcome: 'unreachable', detail: 'No answer.', mayBeWritten: true });
    deepEqual(await write(provider), { outcome: 'right' });
    deepEqual(read(provider), expected);
  });

  for (const problem of [
    { outcome: 'throttled', detail: 'Slow down.', retryAfterSeconds: 5 },
    { outcome: 'unauthorized', detail: 'The token was revoked.' },
    { outcome: 'quota', detail: 'No more records.' },
  ] satisfies DnsProviderProblem[])
    it(`says why it couldn't: ${problem.outcome}`, async () => {
      const provider = createMemoryZones(ZONE, [other]);
      provider.failNextWrite(problem);
      deepEqual(await write(provider), { outcome: 'failed', problem });
      deepEqual(read(provider), [[ZONE, 60, 'not ours']]);
    });

  it('leaves another kind of record at a name of ours alone, and names it', async () => {
    const alias: RrSet = {
      name: NAMES[1] ?? '',
      type: 'CNAME',
      ttlSeconds: 300,
      rdata: [formatTarget('elsewhere.example')],
    };
    const provider = createMemoryZones(ZONE, [alias]);
    deepEqual(await write(provider), { outcome: 'in_the_way', name: NAMES[1] });
    equal(provider.listAll().length, 1);
  });

  it('takes both away, and nothing else', async () => {
    const provider = createMemoryZones(ZONE, [other]);
    await write(provider);
    deepEqual(await write(provider, true), { outcome: 'right' });
    deepEqual(read(provider), [[ZONE, 60, 'not ours']]);
    deepEqual(await write(provider, true), { outcome: 'right' });
  });

  it('writes nothing once its claim has run out', async () => {
    const provider = createMemoryZones(ZONE);
    const outcome = await writeTargets(
      provider,
      zone,
      { targets, isRemoved: false },
      { ...going, mayGoOn: () => false },
    );
    deepEqual([outcome, provider.listAll()], [{ outcome: 'lost' }, []]);
  });
});
