import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHECK_ALLOWANCES, EXPECTED_QUESTIONS } from '../../src/core/access/check-allowances.ts';
import type { DomainId } from '../../src/core/ids.ts';
import { startDueWork, startWatchedWork } from '../../src/jobs/checks.ts';
import type { Worker } from '../../src/jobs/worker.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { type DnsServer, startDnsServer } from '../support/dns/dns-server.ts';
import { readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';

const SECONDS = readTimes(6);
const KEYS_OF_A_PROJECT = 3;
const PROJECTS = 4;
const BYSTANDER = 'bystander.net';
/** How often a project that does nothing else asks, and how old its domain's last check may be then: ten seconds, and what a busy machine adds. */
const QUIET_EVERY_MS = 2_000;
const QUIET_MS = 10_000 + 5_000;

let dns: DnsServer;
const nodes: TestApp[] = [];
const workers: Worker[] = [];
before(async () => {
  dns = await startDnsServer();
  dns.setZone(BYSTANDER, {
    nameservers: [
      { name: `ns1.${BYSTANDER}`, address: '127.0.0.11' },
      { name: `ns2.${BYSTANDER}`, address: '127.0.0.12' },
    ],
  });
  const options = { dns, isRealTime: true, variables: { RATE_LIMIT_PER_SECOND: '20', UNVERIFIED_DOMAINS: '0' } };
  const first = await createTestApp(import.meta.url, options);
  nodes.push(first, await createTestApp(import.meta.url, { ...options, beside: first }));
  for (const { ctx } of nodes) workers.push(startDueWork(ctx, 16), startWatchedWork(ctx));
});
after(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  for (const node of nodes.reverse()) await node.close();
  await dns.close();
});

interface Asker {
  readonly key: string;
  readonly ids: readonly string[];
}

/** Four projects, three keys each, with the name itself and names below it. */
async function arrangeAskers(node: TestApp): Promise<Asker[]> {
  const askers: Asker[] = [];
  for (let p = 0; p < PROJECTS; p += 1) {
    const { project, key } = await node.createProject();
    const ids = [];
    for (const name of [BYSTANDER, `a${p}.${BYSTANDER}`, `b${p}.${BYSTANDER}`])
      ids.push((await node.addDomain(name, key)).id);
    for (let n = 0; n < KEYS_OF_A_PROJECT; n += 1) askers.push({ key: (await node.createKey(project)).key, ids });
  }
  return askers;
}

test(`12 keys of ${PROJECTS} projects on two nodes that verify, refresh, prove and watch a bystander's domain ask it 50 questions a second at most`, async (t) => {
  const [node] = nodes;
  assert.ok(node);
  const askers = await arrangeAskers(node);
  const quiet = await node.createProject();
  const { id: quietId } = await node.addDomain(BYSTANDER, quiet.key);
  const watches = nodes.flatMap(({ ctx }) =>
    askers.flatMap(({ ids }) => ids.map((id) => ctx.presence.watch(id as DomainId))),
  );
  const startedAt = Date.now();
  const endsAt = startedAt + SECONDS * 1_000;
  dns.questions.length = 0;
  let requests = 0;
  const wrong: string[] = [];
  const ask = async ({ key, ids }: Asker, at: TestApp): Promise<void> => {
    for (let n = 0; Date.now() < endsAt; n += 1) {
      const url = `/v1/domains/${ids[n % ids.length]}`;
      const { status, text } = await at.send(
        [
          { method: 'POST' as const, url: `${url}/verify`, key },
          { url: `${url}/diagnostics?refresh=true`, key },
          { method: 'POST' as const, url: `${url}/proof`, key, body: {} },
        ][n % 3] ?? assert.fail(),
      );
      requests += 1;
      if (status !== 200 && status !== 429) wrong.push(`${url}: ${status} ${text.slice(0, 100)}`);
      if (status === 429) await at.ctx.clock.sleep(100);
    }
  };
  const askQuietly = async (): Promise<void> => {
    for (;;) {
      const url = `/v1/domains/${quietId}/verify`;
      const { json, status, text } = await node.send({ method: 'POST', url, key: quiet.key });
      const ageMs = Date.now() - Date.parse(json.data?.domain.lastCheckedAt);
      if (status !== 200) wrong.push(`the quiet project got ${status}: ${text.slice(0, 100)}`);
      else if (ageMs > QUIET_MS) wrong.push(`the quiet project's domain was checked ${ageMs} ms ago`);
      if (Date.now() + QUIET_EVERY_MS > endsAt) return;
      await node.ctx.clock.sleep(QUIET_EVERY_MS);
    }
  };
  await Promise.all([...askers.flatMap((asker) => nodes.map((at) => ask(asker, at))), askQuietly()]);
  for (const stop of watches) stop();

  const seconds = (Date.now() - startedAt) / 1_000;
  const asked = dns.questions.filter(
    ({ name, address, at }) => address !== dns.resolver.address && at >= startedAt && isBystander(name),
  );
  const { perSecond, capacity } = CHECK_ALLOWANCES.registrable;
  // The burst, and the one check of its own that each project has by then, which is taken out of what comes later.
  const burst = capacity + (PROJECTS + 1) * EXPECTED_QUESTIONS;
  if (asked.length > burst + seconds * perSecond)
    wrong.push(`${asked.length} questions in ${seconds.toFixed(1)} s, of at most ${burst} and ${perSecond} a second`);
  const settled = asked.filter(({ at }) => at > startedAt + 10_000).length;
  if (seconds > 20 && settled > (seconds - 10) * perSecond * 1.05)
    wrong.push(`${(settled / (seconds - 10)).toFixed(1)} questions a second after the burst`);
  if (asked.length === 0) wrong.push('nobody was asked');
  tellDone(t, Math.round(seconds), `seconds, ${requests} requests by ${askers.length} keys at 2 nodes`);
  t.diagnostic(
    `${asked.length} questions: ${(asked.length / seconds).toFixed(1)} a second with the burst, ${(settled / Math.max(1, seconds - 10)).toFixed(1)} after it`,
  );
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});

function isBystander(name: string): boolean {
  return name === BYSTANDER || name.endsWith(`.${BYSTANDER}`);
}
