import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestClock } from '../../../test/support/clock.ts';
import type { ProviderRequest, ProviderTools } from '../../core/publishing/dns-provider.ts';
import type { RrSet } from '../../core/publishing/rr-set.ts';
import { createCloudflare } from './cloudflare.ts';

const { signal } = new AbortController();
const ZONE = { id: 'z', name: 'example.com' };
const TEXT: RrSet = { name: 'a.example.com', type: 'TXT', ttlSeconds: 3600, rdata: ['"ours"'] };
const zoneAt = (number: number, status = 'active') => ({ id: `z${number}`, name: `d${number}.example`, status });
const recordAt = (number: number) => ({ id: `r${number}`, name: TEXT.name, type: 'TXT', content: '"x"', ttl: 3600 });

/** An account whose API gives these answers. */
function open(answer: (request: ProviderRequest, page: number) => object) {
  const refuse = async () => Promise.reject(new Error('not asked for'));
  const tools: ProviderTools = {
    clock: createTestClock(),
    randomBytes: (size) => new Uint8Array(size),
    findNameServers: refuse,
    exchange: refuse,
    async send(request) {
      const page = Number(new URL(request.url).searchParams.get('page'));
      const { status = 200, ...body } = { success: true, ...answer(request, page) } as { status?: number };
      return { outcome: 'done', status, headers: {}, body: JSON.stringify(body) };
    },
  };
  return createCloudflare({ apiToken: 'a'.repeat(40) }, tools);
}

describe('a list of Cloudflare', () => {
  it('that ends before the page that it promised is no answer: what is missing may be there', async () => {
    const provider = open((_, page) => ({
      result: page === 1 ? [recordAt(1)] : [],
      result_info: { page, total_pages: 3 },
    }));
    equal((await provider.read(ZONE, [TEXT.name], signal)).outcome, 'bad_answer');
  });

  it("that doesn't say how long it is goes on after a full page", async () => {
    const all = Array.from({ length: 130 }, (_, number) => recordAt(number)).map((record) => ({
      ...record,
      content: `"${record.id}"`,
    }));
    const provider = open((_, page) => ({ result: all.slice((page - 1) * 100, page * 100) }));
    const answer = await provider.read(ZONE, [TEXT.name], signal);
    equal(answer.outcome === 'done' && answer.value[0]?.rdata.length, 130);
  });

  it('that never ends is no answer', async () => {
    const result = Array.from({ length: 100 }, (_, number) => recordAt(number));
    const provider = open((_, page) => ({ result, result_info: { page, total_pages: 1_000_000 } }));
    equal((await provider.read(ZONE, [TEXT.name], signal)).outcome, 'bad_answer');
    const elsewhere = open((_, page) => ({ result: [zoneAt(page, 'moved')], result_info: { page, total_pages: 1e9 } }));
    equal((await elsewhere.listZones(30, signal)).outcome, 'bad_answer');
  });

  it('has as many zones as were asked for, however many went elsewhere', async () => {
    const all = Array.from({ length: 100 }, (_, number) => zoneAt(number, number < 60 ? 'moved' : 'active'));
    const provider = open((_, page) => ({
      result: all.slice((page - 1) * 50, page * 50),
      result_info: { page, total_pages: 2 },
    }));
    const listed = await provider.listZones(30, signal);
    deepEqual(listed.outcome === 'done' && [listed.value?.length, listed.value?.[0]?.name], [30, 'd60.example']);
  });
});

it("a change that Cloudflare couldn't undo may be written", async () => {
  let batches = 0;
  const stored = { ...recordAt(1), content: TEXT.rdata[0] };
  const provider = open(({ method }) => {
    if (method === 'GET') return { result: [stored], result_info: { page: 1, total_pages: 1 } };
    batches += 1;
    if (batches > 1) return { status: 503, success: false };
    return { result: { deletes: [{ ...stored, content: '"theirs"' }], posts: [] } };
  });
  const answer = await provider.write(ZONE, [{ before: TEXT, after: null }], signal);
  deepEqual('mayBeWritten' in answer && [answer.outcome, answer.mayBeWritten], ['changed', true]);
});
