import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 50;
const PATIENCE_MS = 10_000;

/**
 * Runs work while no other process of this machine runs work of the same name. On Linux a socket of the abstract namespace is
 * the lock: the kernel frees it with its process, however that ends, and nothing is left on a disk. Whoever holds the name for
 * ten seconds is waited for no longer: anybody may take it, and nobody shall keep the service from starting by it. Elsewhere
 * nothing is locked.
 */
export async function runAlone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const release = process.platform === 'linux' ? await takeName(`\0${name}`) : async () => undefined;
  try {
    return await work();
  } finally {
    await release();
  }
}

async function takeName(path: string): Promise<() => Promise<void>> {
  for (let waited = 0; waited < PATIENCE_MS; waited += RETRY_MS) {
    const server = createServer((socket) => socket.destroy());
    try {
      await once(server.listen({ path }), 'listening');
      return () => new Promise((resolve) => server.close(() => resolve()));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') break;
      await delay(RETRY_MS);
    }
  }
  return async () => undefined;
}
