import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TEST_SECRET_KEY } from './app.ts';
import { readOuterEnvironment, waitUntil } from './service-process.ts';

/** A machine that is busy with other tests takes its time. */
const READY_MS = 120_000;
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The service as a process of its own, without its launcher, on a database that is there. */
export interface BareService {
  /** Where it serves. */
  readonly url: string;
  readonly port: number;
  readonly key: string;
  output(): string;
  /** Whether it still runs. */
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Waits for the end; gives the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>;
}

/** The key of the first project of such a service. */
export const BARE_KEY = `as_${'b'.repeat(40)}`;

/** Starts it and does not wait for it. @param descriptors how many files it may open; left out, as many as this process */
export function launchBareService(options: {
  databaseUrl: string;
  descriptors?: number;
  env?: Readonly<Record<string, string>>;
}): BareService {
  const { databaseUrl, descriptors, env } = options;
  const limit = descriptors === undefined ? '' : `ulimit -n ${descriptors} && `;
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, MAIN], {
    env: {
      ...readOuterEnvironment(),
      AUTOSEND_PORT: '0',
      AUTOSEND_DATABASE_URL: databaseUrl,
      AUTOSEND_SECRET_KEY: TEST_SECRET_KEY,
      AUTOSEND_BOOTSTRAP_API_KEY: BARE_KEY,
      AUTOSEND_KEY_POOL_SIZE: '0',
      AUTOSEND_DNS_SERVERS: '127.0.0.1:9',
      AUTOSEND_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  let end: number | NodeJS.Signals | undefined;
  const ended = once(child, 'close').then(() => {
    end = child.signalCode ?? child.exitCode ?? Number.NaN;
    return end;
  });
  const readUrl = () => /Dashboard {2}(http:\S+)/.exec(output)?.[1] ?? '';
  return {
    get url() {
      return readUrl().replace('localhost', '127.0.0.1');
    },
    get port() {
      return Number(new URL(readUrl()).port);
    },
    key: BARE_KEY,
    output: () => output,
    isRunning: () => end === undefined,
    signal: (signal) => void child.kill(signal),
    ended: () => ended,
  };
}

/** Starts it and waits until it says where it serves. */
export async function startBareService(options: Parameters<typeof launchBareService>[0]): Promise<BareService> {
  const service = launchBareService(options);
  try {
    await waitUntil(
      async () => {
        if (!service.isRunning()) throw new Error(`The service ended before it was ready:\n${service.output()}`);
        return service.url !== '';
      },
      service.output,
      READY_MS,
    );
  } catch (error) {
    service.signal('SIGKILL');
    throw error;
  }
  return service;
}
