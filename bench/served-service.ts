import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '../server/test/support/db/databases.ts';
import { findFreePort, readOuterEnvironment, waitUntil } from '../server/test/support/service-process.ts';
import { testUserEnvironment } from '../server/test/support/test-user.ts';

const LAUNCHER = fileURLToPath(new URL('../scripts/start.mjs', import.meta.url));

/** The service, started as `npm start` does, over a database of its own. */
export interface ServedService {
  readonly port: number;
  readonly databaseUrl: string;
  readonly apiKey: string;
  /** What `GET` gives, as JSON. */
  get<T>(path: string): Promise<T>;
  /** What `POST` gives, as JSON. */
  post<T>(path: string, body?: unknown): Promise<T>;
  /** The value of a metric without labels. */
  readMetric(name: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts it without a rate limit; it asks no DNS unless `env` says where. */
export async function startServedService(env: Record<string, string> = {}): Promise<ServedService> {
  const database = await createTestDatabase(import.meta.url);
  const port = await findFreePort();
  const apiKey = `as_${'k'.repeat(40)}`;
  const child = startScript(LAUNCHER, [], {
    AUTOSEND_PORT: String(port),
    AUTOSEND_DATABASE_URL: database.url,
    AUTOSEND_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    AUTOSEND_BOOTSTRAP_API_KEY: apiKey,
    AUTOSEND_RATE_LIMIT_PER_SECOND: '0',
    AUTOSEND_DNS_SERVERS: '127.0.0.1:9',
    AUTOSEND_LOG_LEVEL: 'warn',
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  const ask = (path: string, options: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      ...options,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    });
  const readJson = async <T>(answer: Response): Promise<T> => {
    if (!answer.ok) throw new Error(`${answer.url} was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  await waitUntil(() =>
    ask('/health/ready').then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    port,
    databaseUrl: database.url,
    apiKey,
    get: async (path) => readJson(await ask(path)),
    post: async (path, body) =>
      readJson(await ask(path, { method: 'POST', body: body === undefined ? null : JSON.stringify(body) })),
    readMetric: async (name) => {
      const text = await (await ask('/metrics')).text();
      const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
      if (value === undefined) throw new Error(`There is no metric ${name}.`);
      return Number(value);
    },
    async close() {
      await stopScript(child);
      await database.drop();
    },
  };
}

/** Starts a script of ours on this Node.js, with nothing of our own environment but what is given. */
export function startScript(path: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [path, ...args], {
    env: { ...readOuterEnvironment(), ...testUserEnvironment, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Ends it and waits until it is gone. */
export async function stopScript(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
