/*
 * The service. `main.ts` loads the configuration (`config.ts`), has the embedded database come up (`early-start.ts`) while it
 * loads the rest of the program, gives away root's rights (`leave-root.ts`), and opens the database (`storage.ts`). `serve.ts`
 * has `compose.ts` join implementations to what the use cases need, and starts the HTTP application and the background work.
 * `shutdown.ts` stops them in reverse order on a signal. The layers are drawn in docs/architecture.md; rules and
 * use cases are in their rooms, never here.
 */

import type { ChildProcess } from 'node:child_process';
import { flushCompileCache } from 'node:module';
import { type Config, loadConfig } from './config.ts';
import { formatErrorText } from './core/logged-error.ts';
import { startServerEarly, stopEarlyServer } from './db/embedded/early-start.ts';
import { leaveRoot } from './leave-root.ts';
import { isOutOfDescriptors } from './services/node/descriptors.ts';
import { Shutdown } from './shutdown.ts';
import { openStorage, type Storage } from './storage.ts';

async function main(shutdown: Shutdown): Promise<void> {
  const opened = Promise.withResolvers<Storage | null>();
  try {
    await start(loadConfig(), shutdown, opened);
  } finally {
    opened.resolve(null);
  }
}

async function start(config: Config, shutdown: Shutdown, opened: PromiseWithResolvers<Storage | null>): Promise<void> {
  const say = (line: string) => void process.stderr.write(`AutoSend Domains: ${line}\n`);
  const place = await leaveRoot(config, {
    cwd: process.cwd(),
    say,
    async beforeLeaving(place) {
      let early: ChildProcess | null = null;
      // Neither who stops the service meanwhile nor a start that fails leaves a database behind.
      await shutdown.add('the start of the database', async () => {
        const storage = await opened.promise;
        if (storage) await storage.embedded?.stop();
        else if (early) await stopEarlyServer(early);
      });
      // Before the secret key is there, no database is made beside it.
      if (place.dataDir !== null) early = await startServerEarly(place.dataDir, place.user);
      await import('./serve.ts');
      // What was compiled is kept for the next start.
      flushCompileCache();
    },
  });
  const { createServiceLog, serve } = await import('./serve.ts');
  const log = createServiceLog(config);
  const storage = await openStorage(config, place, log);
  opened.resolve(storage);
  await shutdown.add('the embedded database', async () => storage.embedded?.stop());
  await serve(config, storage, log, shutdown);
}

const shutdown = new Shutdown({
  log: (message, error) =>
    void process.stderr.write(`AutoSend Domains: ${message}${error instanceof Error ? `: ${error.message}` : ''}\n`),
  exit: (code) => process.exit(code),
});
// Whatever could open no file or socket failed before it did anything, and can be had again a moment later: nothing that
// clients can bring about may end the process. Any other fault that nobody caught does.
process.on('uncaughtException', (error) => {
  // As in the log: Node.js would print the values of a statement.
  process.stderr.write(`${formatErrorText(error)}\n`);
  if (!isOutOfDescriptors(error)) process.exit(1);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void shutdown.stop(0));
try {
  await main(shutdown);
} catch (error) {
  const { explainStart } = await import('./services/node/wait-for-database.ts');
  const reason = explainStart(error);
  if (reason !== null) process.stderr.write(`AutoSend Domains cannot start: ${reason}\n`);
  else process.stderr.write(`${formatErrorText(error)}\n`);
  await shutdown.stop(1);
}
