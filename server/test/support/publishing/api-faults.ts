import { deepEqual, doesNotMatch, equal, match, notEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DnsProviderName } from '../../../src/core/publishing/provider-table.ts';
import { formatTxt } from '../../../src/core/publishing/rdata.ts';
import type { RrSet } from '../../../src/core/publishing/rr-set.ts';
import { formatProviderProblem } from '../../../src/core/publishing/words.ts';
import { type ApiBench, isWrite, openZone, TOKENS, ZONE_NAME } from './api-bench.ts';
import type { StubReply } from './https-stub.ts';

/** What is one provider's own in the faults that all have. */
interface Judged {
  readonly name: DnsProviderName;
  readonly bench: ApiBench;
  /** How it says that there were too many requests, with 7 seconds to wait. */
  readonly throttled: StubReply;
  /** The texts that stand at a name. */
  findTexts(name: string): string[];
}

const OURS: RrSet = { name: `ours.${ZONE_NAME}`, type: 'TXT', ttlSeconds: 3600, rdata: [formatTxt('ours')] };

/**
 * Says what every adapter makes of the faults that every API over HTTP can have, as tests. Call it inside a `describe`.
 * @param find gives the bench; called in each test
 */
export function tellsFaultsApart(find: () => Judged): void {
  const { signal } = new AbortController();
  const create = [{ before: null, after: OURS }];

  describe('faults', () => {
    it('a revoked token is told at every call, and never repeated in words', async () => {
      const provider = find().bench.open(TOKENS.revoked);
      const zone = await openZone(find().bench.open());
      for (const answer of [
        await provider.listZones(10, signal),
        await provider.findZone(ZONE_NAME, signal),
        await provider.read(zone, [OURS.name], signal),
        await provider.write(zone, create, signal),
        await provider.write(zone, [], signal),
      ]) {
        equal(answer.outcome, 'unauthorized');
        doesNotMatch(JSON.stringify(answer), new RegExp(TOKENS.revoked));
      }
      deepEqual(find().findTexts(OURS.name), []);
    });

    it('a token that may only read is told so, also before anything is to be written', async () => {
      const provider = find().bench.open(TOKENS.read);
      const zone = await openZone(provider);
      equal((await provider.read(zone, [OURS.name], signal)).outcome, 'done');
      for (const changes of [[], create]) {
        const answer = await provider.write(zone, changes, signal);
        equal(answer.outcome, 'forbidden');
        const words = 'detail' in answer ? formatProviderProblem(find().name, answer, 'write') : '';
        match(words, /token may read this zone, but not change its records\. It needs /);
      }
      deepEqual(find().findTexts(OURS.name), []);
    });

    it('too many requests are told with the seconds to wait, and not repeated', async () => {
      const { bench, throttled } = find();
      const provider = bench.open();
      const zone = await openZone(provider);
      bench.stub.requests.length = 0;
      bench.stub.failNext(isWrite, throttled);
      const answer = await provider.write(zone, create, signal);
      equal(answer.outcome, 'throttled');
      equal('retryAfterSeconds' in answer && answer.retryAfterSeconds, 7);
      equal(bench.stub.requests.filter(isWrite).length, 1);
      deepEqual(find().findTexts(OURS.name), []);
    });

    it('a short wait is waited for: a request that was refused for coming too soon was not carried out', async () => {
      const { bench, throttled, findTexts } = find();
      const provider = bench.open();
      const zone = await openZone(provider);
      bench.stub.requests.length = 0;
      for (let times = 0; times < 2; times += 1)
        bench.stub.failNext(isWrite, { ...throttled, headers: { 'retry-after': '1' } });
      equal((await provider.write(zone, create, signal)).outcome, 'done');
      equal(bench.stub.requests.filter(isWrite).length, 3);
      deepEqual(findTexts(OURS.name), ['ours']);
      equal((await provider.write(zone, [{ before: OURS, after: null }], signal)).outcome, 'done');
    });

    it('an answer that was lost leaves open whether the change was made; whoever asks again reads first', async () => {
      const { bench, findTexts } = find();
      const provider = bench.open();
      const zone = await openZone(provider);
      bench.stub.failNext(isWrite, 'cut_after');
      const lost = await provider.write(zone, create, signal);
      equal(lost.outcome, 'unreachable');
      equal('mayBeWritten' in lost && lost.mayBeWritten, true);
      equal((await provider.write(zone, create, signal)).outcome, 'changed');
      deepEqual(findTexts(OURS.name), ['ours']);
      const gone = await provider.write(zone, [{ before: OURS, after: null }], signal);
      equal(gone.outcome, 'done');
    });

    it('silence ends with the time of whoever asks', async () => {
      const { bench } = find();
      const provider = bench.open();
      const zone = await openZone(provider);
      const patience = new AbortController();
      bench.stub.failNext(isWrite, 'silent');
      bench.stub.interfere(isWrite, () => patience.abort());
      const answer = await provider.write(zone, create, patience.signal);
      equal(answer.outcome, 'unreachable');
      equal('mayBeWritten' in answer && answer.mayBeWritten, true);
    });

    it('an error of the provider is no refusal; a question that failed has written nothing', async () => {
      const { bench } = find();
      const provider = bench.open();
      const zone = await openZone(provider);
      bench.stub.failNext(isWrite, { status: 502, body: '<html>Bad Gateway</html>' });
      const written = await provider.write(zone, create, signal);
      equal(written.outcome, 'unavailable');
      equal('mayBeWritten' in written && written.mayBeWritten, true);
      bench.stub.failNext(() => true, { status: 503, headers: { 'retry-after': '30' } });
      const read = await provider.read(zone, [OURS.name], signal);
      deepEqual({ ...read, detail: '' }, { outcome: 'unavailable', detail: '', retryAfterSeconds: 30 });
    });

    it('an answer of another form is told as one, and so is a redirect', async () => {
      const { bench } = find();
      const provider = bench.open();
      const zone = await openZone(provider);
      for (const body of ['<html>Welcome</html>', '{"message":"maintenance"}', ''])
        for (const ask of [
          () => provider.listZones(10, signal),
          () => provider.findZone(ZONE_NAME, signal),
          () => provider.read(zone, [OURS.name], signal),
        ]) {
          bench.stub.failNext(() => true, { status: 200, body });
          equal((await ask()).outcome, 'bad_answer');
        }
      bench.stub.failNext(() => true, { status: 302, headers: { location: 'https://example.net/' } });
      equal((await provider.listZones(10, signal)).outcome, 'bad_answer');
    });

    it('words of the provider are shown in one line, cut, and without the token', async () => {
      const { bench } = find();
      const provider = bench.open();
      const zone = await openZone(provider);
      const words = `no\u0000\n\u202e${TOKENS.write} ${'long '.repeat(200)}`;
      const body = { detail: words, message: words, id: 'x', error: { code: 'x', message: words } };
      bench.stub.failNext(isWrite, { status: 422, body });
      const answer = await provider.write(zone, create, signal);
      equal(answer.outcome, 'refused_record');
      const detail = 'detail' in answer ? answer.detail : '';
      match(detail, /no … long/);
      doesNotMatch(detail, /[\p{Cc}\p{Cf}]/u);
      equal(detail.length <= 300, true);
    });

    it('the token is in one header and in no address', async () => {
      const { bench } = find();
      const provider = bench.open();
      bench.stub.requests.length = 0;
      await provider.read(await openZone(provider), [OURS.name, `a.${ZONE_NAME}`, `b.${ZONE_NAME}`], signal);
      notEqual(bench.stub.requests.length, 0);
      for (const { path, search, headers } of bench.stub.requests) {
        match(headers.authorization ?? '', new RegExp(TOKENS.write));
        doesNotMatch(path + search, new RegExp(TOKENS.write));
      }
    });
  });
}
