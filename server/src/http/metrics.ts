import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError } from '../core/errors.ts';
import { isServedRegion } from '../core/records/regions.ts';
import { readQueue } from '../db/queries/due-domains.ts';
import { countKeyTargets } from '../db/queries/keys-zone/key-targets.ts';
import { listKeysZones } from '../db/queries/keys-zone/keys-zones.ts';
import { countIdentities } from '../db/queries/provider-identities.ts';
import type { Context } from '../services/context.ts';
import { createSingleFlight } from '../services/node/single-flight.ts';
import { addUp, createThreadMetrics, type MetricsJson } from './metrics/checks.ts';
import { measurePublishing } from './metrics/publishing.ts';

const VERSION: string = packageJson.version;
/** Counting further would tell nothing more, and cost a little for each domain. */
const MAX_DUE = 10_000;

/** What is measured, as Prometheus text. */
export interface Metrics {
  read(): Promise<{ readonly text: string; readonly type: string }>;
}

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Metrics;
  }
}

/** Who may read what is measured, and where else it is measured. */
export interface MetricsOptions {
  /** Whether it is there for whoever reaches the API; `app.metrics` is there either way. */
  readonly isOnPublicPort: boolean;
  readonly token: string | undefined;
  /** Reads what other threads of the process have measured. */
  readThreads?(): Promise<readonly MetricsJson[]>;
}

/** Measures every request, and serves `GET /metrics` in Prometheus text. */
export function serveMetrics(
  app: FastifyInstance,
  ctx: Context,
  { isOnPublicPort, token, readThreads }: MetricsOptions,
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const ofThread = createThreadMetrics(ctx);
  const registers = [registry];
  // The route's pattern, never the path: a label for each id would grow without bound.
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'autosend_http_requests_total',
    help: 'Requests handled.',
    labelNames,
    registers,
  });
  const seconds = new Histogram({
    name: 'autosend_http_request_duration_seconds',
    help: 'Time taken to handle a request.',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
    registers,
  });
  new Gauge({
    name: 'autosend_key_pool_keys',
    help: 'DKIM keys generated ahead of time.',
    registers,
    collect() {
      this.set(ctx.keys.level());
    },
  });
  new Gauge({
    name: 'autosend_database_servers',
    help: 'Database servers by what they are to this node, where AUTOSEND_DATABASE_URL names several.',
    labelNames: ['state'],
    registers,
    collect() {
      const servers = ctx.db.servers();
      if (servers.length === 0) return;
      for (const state of ['primary', 'standby', 'silent', 'refused'] as const)
        this.set({ state }, servers.filter((each) => each.state === state).length);
    },
  });
  new Gauge({
    name: 'autosend_database_disk_full',
    help: 'Whether the database has refused to write for want of space within the last minute.',
    registers,
    collect() {
      this.set(ctx.db.isDiskFull() ? 1 : 0);
    },
  });
  measureQueue(registry, ctx);
  measureProvider(registry, ctx);
  measureKeysZone(registry, ctx);
  measurePublishing(registry, ctx);
  new Gauge({
    name: 'autosend_build_info',
    help: 'Always 1; the labels tell which version is running.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: VERSION, node: process.version }, 1);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.inc({ method: request.method, route, status: reply.statusCode });
    seconds.observe({ method: request.method, route }, reply.elapsedTime / 1000);
  });
  // Once for all that ask at the same time.
  const reading = createSingleFlight<string>();
  const readAll = async () => {
    const [own, ofThreads = []] = await Promise.all([ofThread.getMetricsAsJSON(), readThreads?.()]);
    return (await registry.metrics()) + (await addUp([own, ...ofThreads]));
  };
  const metrics: Metrics = {
    read: async () => ({ text: await reading.run('all', readAll), type: registry.contentType }),
  };
  app.decorate('metrics', metrics);
  if (!isOnPublicPort) return;
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!isAllowedToScrape(request.headers.authorization, token))
      throw new AppError('UNAUTHORIZED', 'Send the token of the metrics as Authorization: Bearer <token>.');
    const { text, type } = await metrics.read();
    return reply.type(type).send(text);
  });
}

/** Whether a request shows the token of the metrics; without a token, every one does. */
export function isAllowedToScrape(authorization: string | undefined, token: string | undefined): boolean {
  if (token === undefined) return true;
  const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(hash(given), hash(token));
}

/** Calls to the sending provider, and the identities there by how they stand. */
function measureProvider(registry: Registry, { db, meters, regions }: Context): void {
  const registers = [registry];
  const hasProvider = regions.some(isServedRegion);
  const calls = new Counter({
    name: 'autosend_provider_calls_total',
    help: 'Calls to the sending provider, by outcome.',
    labelNames: ['region', 'outcome'],
    registers,
  });
  meters.listen({
    onProvider(region, outcome) {
      for (const spelling of listSpellings(outcome)) calls.inc({ region, outcome: spelling });
    },
  });
  new Gauge({
    name: 'autosend_provider_identities',
    help: 'Identities at the sending provider, by state.',
    labelNames: ['region', 'state'],
    registers,
    async collect() {
      const rows = hasProvider ? await countIdentities(db).catch(() => []) : [];
      this.reset();
      for (const { regionKey, state, count } of rows)
        for (const spelling of listSpellings(state)) this.set({ region: regionKey, state: spelling }, count);
    },
  });
}

/** The zones that CNAMEs of DKIM keys lead into, and the domains whose keys are there. */
function measureKeysZone(registry: Registry, { db }: Context): void {
  const registers = [registry];
  new Gauge({
    name: 'autosend_keys_zone_right',
    help: '1 while the keys are right on every server of a keys zone; 0 after two checks in a row found a problem.',
    labelNames: ['zone'],
    registers,
    async collect() {
      const zones = await listKeysZones(db).catch(() => []);
      this.reset();
      for (const { name, isRight } of zones) if (isRight !== null) this.set({ zone: name }, isRight ? 1 : 0);
    },
  });
  new Gauge({
    name: 'autosend_keys_zone_domains',
    help: 'Domains with keys in a keys zone: settled on every server, waiting, or failing for some time.',
    labelNames: ['state'],
    registers,
    async collect() {
      const rows = await countKeyTargets(db).catch(() => []);
      this.reset();
      for (const { state, count } of rows) this.set({ state }, count);
    },
  });
}

/** Alert rules of before ask for `unauthorised`, and one that never fires is not noticed: both spellings are counted. */
function listSpellings(word: string): string[] {
  return word === 'unauthorized' ? [word, 'unauthorised'] : [word];
}

/** The queue is in the database: every node tells the same of it. While the database is away, only that it is. */
function measureQueue(registry: Registry, { db, clock }: Context): void {
  const registers = [registry];
  let reading: Promise<Awaited<ReturnType<typeof readQueue>> | null> | null = null;
  // Once for all of them.
  const read = () => {
    reading ??= readQueue(db, clock.now(), MAX_DUE)
      .catch(() => null)
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  const measure = (name: string, help: string, value: (queue: NonNullable<Awaited<typeof reading>>) => number) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const queue = await read();
        if (queue) this.set(value(queue));
        else this.remove();
      },
    });
  new Gauge({
    name: 'autosend_database_up',
    help: '1 while the database is responding.',
    registers,
    async collect() {
      this.set((await read()) ? 1 : 0);
    },
  });
  measure('autosend_domains_due', `Domains due for a check, up to ${MAX_DUE}.`, ({ due }) => due);
  measure('autosend_queue_lag_seconds', 'How long the oldest due check has been waiting.', ({ oldestDueAt }) =>
    oldestDueAt === null ? 0 : Math.max(0, (clock.now().getTime() - oldestDueAt.getTime()) / 1000),
  );
}
