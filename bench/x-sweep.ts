import { compose, createLog } from '../server/src/compose.ts';
import { parseConfig } from '../server/src/config.ts';
import { startDueWork } from '../server/src/jobs/checks.ts';
import { startBenchNameServer } from './name-server.ts';
import { openSweepNode } from './sweep-node.ts';
const count = Number(process.env.X_COUNT ?? 8000);
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const nsd = await startBenchNameServer(count);
const node = await openSweepNode(nsd, { AUTOSEND_WORKER_CONCURRENCY: '0' });
const config = parseConfig({
  AUTOSEND_DATABASE_URL: node.databaseUrl, AUTOSEND_SECRET_KEY: SECRET_KEY, AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
  AUTOSEND_DNS_SERVERS: `${nsd.resolver.address}:${nsd.resolver.port}`, AUTOSEND_DNS_AUTHORITATIVE_PORT: String(nsd.target.port), AUTOSEND_DNS_ALLOW_PRIVATE: 'true',
});
const composition = compose(config, { connection: { url: node.databaseUrl }, secretKey: SECRET_KEY } as never, createLog('warn'), { keyPoolSize: 0 });
const worker = startDueWork(composition.ctx, 64);
await node.insert(nsd.domains);
await node.sweep();
await node.sweep();
async function heap(minor: boolean) {
  const { Session } = await import('node:inspector/promises');
  const session = new Session(); session.connect();
  await session.post('HeapProfiler.startSampling', { samplingInterval: 4096, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: minor } as never);
  await node.sweep();
  const { profile } = await session.post('HeapProfiler.stopSampling') as any;
  const sum = new Map<string, number>(); let total = 0;
  const walk = (n: any) => { const f = n.callFrame; const k = `${f.functionName} ${f.url.split('/').slice(-2).join('/')}:${f.lineNumber + 1}`; sum.set(k, (sum.get(k) ?? 0) + n.selfSize); total += n.selfSize; n.children.forEach(walk); };
  walk(profile.head);
  console.log(minor ? 'all' : 'promoted', Math.round(total / count), 'bytes/check');
  for (const [k, v] of [...sum].sort((a, b) => b[1] - a[1]).slice(0, 40)) console.log(Math.round(v / count), k);
}
if (process.env.X_HEAP) { await heap(false); await heap(true); }
if (process.env.X_CPU) {
  const { Session } = await import('node:inspector/promises');
  const session = new Session(); session.connect();
  await session.post('Profiler.enable'); await session.post('Profiler.setSamplingInterval', { interval: 200 }); await session.post('Profiler.start');
  await node.sweep();
  const { profile } = await session.post('Profiler.stop') as any;
  (await import('node:fs')).writeFileSync('/tmp/prof/x.cpuprofile', JSON.stringify(profile));
}
for (let r = 0; r < 3; r += 1) {
  const cpu = process.cpuUsage(); const t = performance.now();
  await node.sweep();
  const used = process.cpuUsage(cpu); const ms = performance.now() - t;
  console.log(`${((used.user + used.system) / count).toFixed(0)} us/check (user ${(used.user / count).toFixed(0)} sys ${(used.system / count).toFixed(0)}), ${Math.round(count / (ms / 1000))}/s, rss ${Math.round(process.memoryUsage().rss / 2 ** 20)}`);
}
await worker.stop(); await composition.close(); await node.close(); await nsd.close();
