import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pg from 'pg';
import { compose, createLog, systemClock } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import type { Permission } from '../../src/core/access/permissions.ts';
import type { ApiKey } from '../../src/crypto/api-keys.ts';
import { createDkimKey, type DkimKeyPair } from '../../src/crypto/dkim-keys.ts';
import type { KeyPool } from '../../src/crypto/key-pool.ts';
import { createDns, type DnsSettings } from '../../src/dns/lookup.ts';
import { createApp } from '../../src/http/app.ts';
import type { Context } from '../../src/services/context.ts';
import { issueApiKey } from '../../src/services/projects/api-keys.ts';
import { createProject, type Project } from '../../src/services/projects/projects.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { createTestDatabase, type TestDatabase } from './db/databases.ts';
import type { DnsServer } from './dns/dns-server.ts';

/** One request; `key` defaults to that of the first project, and null sends none. */
export interface TestRequest {
  readonly method?: InjectOptions['method'];
  readonly url: string;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON; a text or octets as they are. */
  readonly body?: unknown;
}

/** One answer. `json` is undefined where the body is none. */
export interface TestReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  // A test checks answers of all shapes, and says by its assertions which one it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any;
}

/** A whole service over a database of its own, driven without a socket unless `listen` is called. */
export interface TestApp {
  readonly ctx: Context;
  readonly app: FastifyInstance;
  readonly clock: TestClock;
  readonly databaseUrl: string;
  readonly project: Project;
  readonly key: ApiKey;
  /** Every line of the log, as it was written. */
  readonly logLines: readonly string[];
  /** Sends a request and checks what holds for every answer: the envelope and the request id. */
  send(request: TestRequest): Promise<TestReply>;
  /** Adds a domain and gives back the Domain object of the answer. */
  addDomain(domain: string, key?: ApiKey): Promise<TestReply['json']>;
  createProject(input?: { primaryRegion?: string; isTest?: boolean }): Promise<{ project: Project; key: ApiKey }>;
  createKey(
    project: Project,
    input?: { permission?: Permission; expiresAt?: Date },
  ): Promise<{ id: string; key: ApiKey }>;
  /** Runs SQL on the service's database. */
  query<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Starts to listen; gives back the address, such as `http://127.0.0.1:40123`. */
  listen(): Promise<string>;
  setStopping(isStopping: boolean): void;
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** `AUTOSEND_` variables without the prefix. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly dns?: Pick<DnsServer, 'port' | 'resolver'>;
  /** Shorter times for tests of servers that say nothing. */
  readonly dnsTimes?: Pick<DnsSettings, 'tryMs' | 'tcpMs' | 'caseGraceMs' | 'staggerMs'>;
  /** Where DKIM keys come from: `fresh` makes a new one for each domain, which takes a while; left out, domains share a few. */
  readonly keys?: 'fresh' | KeyPool;
  /** Another way to the database, such as a proxy that can be cut. */
  readonly routeDatabase?: (url: string) => string;
  /** The real clock in place of the one that stands still: for browsers, which have a clock of their own. */
  readonly isRealTime?: boolean;
  /** A built dashboard; left out, there is none. */
  readonly dashboardFolder?: string;
  /** Other regions, and other providers that send for them. */
  readonly sending?: Pick<Context, 'regions' | 'sendingProviders'>;
  /** Whom DNS is written through, in the place of the real adapters. */
  readonly dnsProviders?: Context['dnsProviders'];
  /** The authority of the test's own servers, in PEM. */
  readonly ca?: string;
  /** How many connections there may be, where that is not the limit of the machine. */
  readonly maxConnections?: number;
  /** A second node beside this one, on its database and with its clock. */
  readonly beside?: TestApp;
}

/** Nobody listens there: a test that does not say otherwise asks no DNS. What asks all the same is not kept waiting. */
const NO_RESOLVER = '127.0.0.1:9';
const NOBODY_TIMES = { tryMs: 20, tcpMs: 20, staggerMs: 5 };
const SHARED_KEYS = 3;
let sharedKeys: Promise<DkimKeyPair[]> | undefined;
/** The secret key of all test services. */
export const TEST_SECRET_KEY = Buffer.alloc(32, 7).toString('base64');

/** Starts a service as `main.ts` does, with a clock that stands still and no background loop. */
export async function createTestApp(testFileUrl: string, options: TestAppOptions = {}): Promise<TestApp> {
  const database: TestDatabase = options.beside
    ? { url: options.beside.databaseUrl, drop: async () => undefined }
    : await createTestDatabase(testFileUrl);
  const { dns: dnsServer } = options;
  const resolver = dnsServer ? `${dnsServer.resolver.address}:${dnsServer.resolver.port}` : NO_RESOLVER;
  const variables = {
    DATABASE_URL: options.routeDatabase?.(database.url) ?? database.url,
    SECRET_KEY: TEST_SECRET_KEY,
    RATE_LIMIT_PER_SECOND: '0',
    DNS_SERVERS: resolver,
    DNS_ALLOW_PRIVATE: 'true',
    DNS_AUTHORITATIVE_PORT: String(dnsServer?.port ?? 9),
    ...options.variables,
  };
  const config = parseConfig(Object.fromEntries(Object.entries(variables).map(([k, v]) => [`AUTOSEND_${k}`, v])));
  const logLines: string[] = [];
  const log = createLog(config.logLevel, { write: (line) => void logLines.push(line) });
  const clock = options.beside?.clock ?? createTestClock();
  const storage = { connection: { url: config.databaseUrl ?? '' }, secretKey: config.secretKey ?? '' };
  const composition = compose(config, storage, log, {
    keyPoolSize: 0,
    clock: options.isRealTime ? systemClock : clock,
    ca: options.ca,
  });
  const dnsTimes = options.dnsTimes ?? (variables.DNS_SERVERS === NO_RESOLVER ? NOBODY_TIMES : undefined);
  const quickDns = dnsTimes && {
    dns: createDns({ ...config.dns, resolvers: config.dns.resolvers ?? [], ...dnsTimes }, { clock }),
  };
  const ctx: Context = {
    ...composition.ctx,
    random: () => 0.5,
    ...(options.keys !== 'fresh' && { keys: options.keys ?? (await shareKeys()) }),
    ...quickDns,
    ...options.sending,
    ...(options.dnsProviders && { dnsProviders: options.dnsProviders }),
  };
  let isStopping = false;
  const { dashboardFolder, maxConnections } = options;
  const app = await createApp(ctx, {
    ...config,
    isStopping: () => isStopping,
    // A machine that is busy with other tests is no overload of this service.
    maxEventLoopDelayMs: 0,
    ...(dashboardFolder !== undefined && { dashboardFolder }),
    ...(maxConnections !== undefined && { maxConnections }),
  });
  const pool = new pg.Pool({ connectionString: database.url, max: 2, application_name: 'autosend-test' });
  pool.on('error', () => undefined);

  const createKey: TestApp['createKey'] = (project, input = {}) =>
    issueApiKey(ctx, ctx.db, { projectId: project.id, name: 'test', permission: 'full_access', ...input });
  const makeProject: TestApp['createProject'] = async (input = {}) => {
    const project = await createProject(ctx, ctx.db, { name: `test ${randomBytes(6).toString('hex')}`, ...input });
    return { project, key: (await createKey(project)).key };
  };
  const first = await makeProject();

  const send: TestApp['send'] = async ({ method = 'GET', url, key = first.key, headers = {}, body }) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: isRaw ? (body as string) : JSON.stringify(body) }),
    });
    const reply = { status: response.statusCode, headers: response.headers, text: response.payload };
    return checkReply(reply, method);
  };

  return {
    ctx,
    app,
    clock,
    databaseUrl: database.url,
    ...first,
    logLines,
    send,
    async addDomain(domain, key = first.key) {
      const reply = await send({ method: 'POST', url: '/v1/domains', key, body: { domain } });
      assert.equal(reply.status, 201, reply.text);
      return reply.json.data;
    },
    createProject: makeProject,
    createKey,
    query: async (sql, values) => (await pool.query(sql, values)).rows,
    async listen() {
      await app.listen({ port: 0, host: '127.0.0.1' });
      return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    },
    setStopping: (value) => {
      isStopping = value;
    },
    async close() {
      await app.close();
      await quickDns?.dns.close();
      await composition.close();
      await pool.end();
      await database.drop();
    },
  };
}

/** Checks what holds for every answer: the request id, the envelope of a failure. Then reads it. */
export function checkReply({ status, headers, text }: Omit<TestReply, 'json'>, method = 'GET'): TestReply {
  assert.match(String(headers['x-request-id']), /^req_[a-f\d]{24}$/);
  if (method === 'HEAD') return { status, headers, text, json: undefined };
  const isJson = String(headers['content-type']).startsWith('application/json');
  const json = isJson ? JSON.parse(text) : undefined;
  if (status < 400) return { status, headers, text, json };
  assert.ok(isJson, `a failure that is not JSON: ${text.slice(0, 200)}`);
  assert.equal(json.success, false);
  assert.deepEqual(Object.keys(json), ['success', 'error']);
  assert.match(json.error.code, /^[A-Z]+(_[A-Z]+)*$/);
  assert.ok(typeof json.error.message === 'string' && json.error.message.length > 0);
  return { status, headers, text, json };
}

/** The few keys that all test services of this process share: a key costs 30 ms of a core. */
export async function shareKeys(): Promise<KeyPool> {
  sharedKeys ??= Promise.all(Array.from({ length: SHARED_KEYS }, () => createDkimKey()));
  const keys = await sharedKeys;
  let next = 0;
  return {
    async take() {
      next += 1;
      const key = keys[next % keys.length];
      assert.ok(key);
      return key;
    },
    level: () => keys.length,
    stop: async () => undefined,
  };
}
