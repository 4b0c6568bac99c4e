import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestClock } from '../../../test/support/clock.ts';
import type { ProviderReply, ProviderTools } from '../../core/publishing/dns-provider.ts';
import { createJsonApi } from './json-api.ts';

const { signal } = new AbortController();

/** An API whose server gives these answers, one after the other. */
function openApi(...replies: (Partial<ProviderReply> | { outcome: 'unreachable'; mayBeWritten?: boolean })[]) {
  const asked: string[] = [];
  const refuse = async () => Promise.reject(new Error('not asked for'));
  const clock = { ...createTestClock(), sleep: async (ms: number) => void asked.push(`sleep ${ms}`) };
  const tools: ProviderTools = {
    clock,
    randomBytes: (size) => new Uint8Array(size),
    findNameServers: refuse,
    exchange: refuse,
    async send({ method, url }) {
      asked.push(`${method} ${url}`);
      const reply = replies.shift();
      if (reply?.outcome === 'unreachable') return { detail: 'No answer.', ...reply };
      return { outcome: 'done', status: 429, headers: {}, body: '', ...(reply as Partial<ProviderReply>) };
    },
  };
  const api = createJsonApi({
    tools,
    baseUrl: 'https://api.example/v1/',
    headers: {},
    secret: 's3cret',
    readRefusal: (body) => (typeof body === 'object' && body !== null ? body : {}),
    faults: { full: 'quota', 418: 'clock_off' },
    words: { quota: 'Only so many.' },
  });
  return { api, asked };
}

describe('an API that speaks JSON', () => {
  for (const [what, headers, seconds] of [
    ['in seconds', { 'retry-after': '30' }, 30],
    ['as a date', { 'retry-after': 'Thu, 15 Jan 2026 12:00:42 GMT' }, 42],
    ['as the time when the limit starts anew', { 'ratelimit-reset': '1768478410' }, 10],
    ['of longer than an hour', { 'retry-after': '86400' }, 3600],
    ['that is no time', { 'retry-after': 'soon' }, undefined],
    ['that nobody names', {}, undefined],
  ] as const)
    it(`tells a wait ${what}`, async () => {
      const answer = await openApi({ status: 429, headers }).api.send('GET', '/zones', { signal });
      equal('retryAfterSeconds' in answer ? answer.retryAfterSeconds : undefined, seconds);
    });

  it('waits for what comes soon, three times at most, and asks the same again', async () => {
    const soon = { status: 429, headers: { 'retry-after': '2' } };
    const patient = openApi(soon, { status: 204 });
    equal((await patient.api.send('DELETE', '/zones/1', { signal })).outcome, 'done');
    deepEqual(patient.asked, [
      'DELETE https://api.example/v1/zones/1',
      'sleep 2000',
      'DELETE https://api.example/v1/zones/1',
    ]);
    const never = openApi(soon, soon, soon, soon, soon);
    equal((await never.api.send('GET', '/', { signal })).outcome, 'throttled');
    equal(never.asked.filter((each) => each.startsWith('GET')).length, 4);
  });

  it('does not wait for whoever has gone', async () => {
    const gone = openApi({ status: 429, headers: { 'retry-after': '1' } });
    equal((await gone.api.send('GET', '/', { signal: AbortSignal.abort() })).outcome, 'throttled');
    equal(gone.asked.length, 1);
  });

  for (const [status, outcome] of [
    [400, 'refused_record'],
    [401, 'unauthorized'],
    [402, 'quota'],
    [403, 'forbidden'],
    [404, 'no_such_zone'],
    [409, 'changed'],
    [418, 'clock_off'],
    [422, 'refused_record'],
    [500, 'unavailable'],
    [599, 'unavailable'],
    [301, 'bad_answer'],
    [451, 'bad_answer'],
  ] as const)
    it(`tells ${status} as ${outcome}`, async () => {
      equal((await openApi({ status }).api.send('GET', '/', { signal })).outcome, outcome);
    });

  it('goes by the code of the provider before its status, with what that means', async () => {
    const body = '{"code":"full","message":"limit s3cret reached"}';
    deepEqual(await openApi({ status: 403, body }).api.send('POST', '/', { signal }), {
      outcome: 'quota',
      detail: 'Only so many. (limit … reached)',
    });
  });

  it('leaves open whether a write was made unless it is known that it was not', async () => {
    const lost = await openApi({ outcome: 'unreachable' }).api.send('PUT', '/', { signal });
    equal('mayBeWritten' in lost && lost.mayBeWritten, true);
    const unsent = await openApi({ outcome: 'unreachable', mayBeWritten: false }).api.send('PUT', '/', { signal });
    equal('mayBeWritten' in unsent && unsent.mayBeWritten, false);
    const asked = await openApi({ outcome: 'unreachable' }).api.send('GET', '/', { signal });
    equal('mayBeWritten' in asked, false);
  });
});
