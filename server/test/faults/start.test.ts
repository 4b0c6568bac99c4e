import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { launchBareService } from '../support/bare-service.ts';
import { type BreakKind, startBreakingProxy } from '../support/db/breaking-proxy.ts';
import { createTestDatabase } from '../support/db/databases.ts';
import { createSeededRandom } from '../support/dns/seeded-random.ts';
import { isFullRun, readTimes, tellDone, tellWrong } from '../support/load/full-run.ts';

/** More than a start waits for a database that is not there (30 s), for an answer (20 s), and for what then ends it; a busy machine has its time. */
const START_MS = 180_000;
const STOP_MS = 30_000;
const KINDS: readonly BreakKind[] = ['cut', 'away', 'silent'];
const random = createSeededRandom();
const TIMES = readTimes(3);

/**
 * Starts the service on a database whose statement `breakAt` does not get through; says what became of it. The database is
 * empty, but for a server that falls silent: while a migration runs, that can't be told from a long one, which may take an hour.
 */
async function start(breakAt: number, kind: BreakKind): Promise<{ statements: number; end: string; wrong: string[] }> {
  const database = await createTestDatabase(import.meta.url, { isEmpty: kind !== 'silent' });
  const proxy = await startBreakingProxy(database.url, breakAt, kind);
  const service = launchBareService({ databaseUrl: proxy.url });
  const wrong: string[] = [];
  const told = `${kind} at statement ${breakAt}`;
  const startedAt = performance.now();
  const passedMs = () => performance.now() - startedAt;
  try {
    while (service.isRunning() && service.url === '' && passedMs() < START_MS) await delay(50);
    const hasServed = service.isRunning() && service.url !== '';
    if (service.isRunning() && !hasServed) {
      wrong.push(`${told}: it neither served nor ended in ${START_MS / 1000} s: ${service.output()}`);
      return { statements: proxy.count(), end: 'hangs', wrong };
    }
    if (!hasServed) {
      const code = await service.ended();
      if (code !== 1) wrong.push(`${told}: it ended with ${code}: ${service.output().slice(-2_000)}`);
      if (!/\S/.test(service.output())) wrong.push(`${told}: it ended without a word`);
      return { statements: proxy.count(), end: 'ended', wrong };
    }
    const live = await fetch(`${service.url}/health/live`, { signal: AbortSignal.timeout(30_000) });
    if (!live.ok) wrong.push(`${told}: it says that it serves, and answers ${live.status}`);
    service.signal('SIGTERM');
    const late = new AbortController();
    const code = await Promise.race([service.ended(), delay(STOP_MS, 'late' as const, { signal: late.signal })]);
    late.abort();
    if (code !== 0 && !(code === 1 && proxy.hasBroken()))
      wrong.push(`${told}: stopping gave ${code}: ${service.output().slice(-2_000)}`);
    return { statements: proxy.count(), end: 'served', wrong };
  } finally {
    if (service.isRunning()) service.signal('SIGKILL');
    await service.ended();
    await proxy.close();
    await database.drop();
  }
}

test(`the database breaks at a statement of the start: every start serves or ends, and every stop ends: seed ${random.seed}`, async (t) => {
  t.diagnostic(`AUTOSEND_TEST_SEED=${random.seed} repeats the choices of this run`);
  const [empty, migrated] = [await start(0, 'cut'), await start(0, 'silent')];
  assert.deepEqual([...empty.wrong, ...migrated.wrong], []);
  const countOf = (kind: BreakKind) => (kind === 'silent' ? migrated : empty).statements;
  const all = KINDS.flatMap((kind) => Array.from({ length: countOf(kind) }, (_, n) => ({ kind, breakAt: n + 1 })));
  const picked = isFullRun()
    ? all.slice(0, Math.max(TIMES, 1))
    : Array.from({ length: TIMES }, (_, n) => {
        const kind = KINDS[n % KINDS.length] ?? 'cut';
        return { kind, breakAt: 1 + random.below(countOf(kind)) };
      });
  const wrong: string[] = [];
  const ends = new Map<string, number>();
  // Most of a start that fails is waiting.
  const left = [...picked];
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const outcome = await start(next.breakAt, next.kind);
        wrong.push(...outcome.wrong);
        const end = `${next.kind}: ${outcome.end}`;
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
    }),
  );
  tellDone(t, picked.length, `× the database broke at one of the ${empty.statements} statements of the start`);
  t.diagnostic([...ends].map(([end, count]) => `${end} ${count}×`).join(', '));
  tellWrong(t, wrong);
  assert.deepEqual(wrong, []);
});
