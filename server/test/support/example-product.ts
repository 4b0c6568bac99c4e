import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort, readOuterEnvironment, waitUntil } from './service-process.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** `examples/saas` as a developer has it: in a folder of its own, with the SDK built and installed. */
export interface ExampleProduct {
  readonly url: string;
  /** What it printed since it was started first. */
  output(): string;
  /** Ends it and starts it again, as after a deployment. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it against a service. */
export async function startExampleProduct(serviceUrl: string, apiKey: string): Promise<ExampleProduct> {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-saas-'));
  const sdk = join(folder, 'node_modules', 'autosend-domains');
  await cp(join(ROOT, 'examples', 'saas'), folder, { recursive: true });
  await cp(join(ROOT, 'packages', 'sdk', 'package.json'), join(sdk, 'package.json'));
  const build = join(ROOT, 'packages', 'sdk', 'scripts', 'build.mjs');
  await promisify(execFile)(process.execPath, [build, join(sdk, 'dist')]);

  const port = await findFreePort();
  const url = `http://localhost:${port}`;
  let output = '';
  let child: ChildProcess | undefined;
  const start = async () => {
    const started = spawn(process.execPath, [join(folder, 'server.mjs')], {
      env: { ...readOuterEnvironment(), AUTOSEND_URL: serviceUrl, AUTOSEND_API_KEY: apiKey, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const from = output.length;
    for (const stream of [started.stdout, started.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    await waitUntil(
      async () => {
        if (started.exitCode !== null) throw new Error(`The product ended:\n${output}`);
        return output.includes(`The product is at ${url}.`, from);
      },
      () => output,
    );
  };
  const stop = async () => {
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'close');
    child.kill();
    await ended;
  };
  const close = async () => {
    await stop();
    await rm(folder, { recursive: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    output: () => output,
    async restart() {
      await stop();
      await start();
    },
    close,
  };
}
