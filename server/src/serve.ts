import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type CheckThreads, startCheckThreads } from './check-threads.ts';
import { compose, createLog, createTextDestination, systemClock } from './compose.ts';
import type { Config } from './config.ts';
import { AppError } from './core/errors.ts';
import { migrateDirectly } from './db/direct-connection.ts';
import { createApp } from './http/app.ts';
import { startMetricsServer } from './http/metrics-server.ts';
import { BACKLOG } from './http/server.ts';
import { startDueWork, startTestWork, startWatchedWork } from './jobs/checks.ts';
import { startHousekeeping } from './jobs/housekeeping.ts';
import { startKeyWiping } from './jobs/key-wiping.ts';
import { startKeysZoneWork } from './jobs/keys-zone.ts';
import { startMailWork } from './jobs/mail.ts';
import { startPublishingWork } from './jobs/publishing.ts';
import { startProviderWork } from './jobs/sending-providers.ts';
import { startWebhookWork } from './jobs/webhooks.ts';
import { waitForDatabase } from './services/node/wait-for-database.ts';
import { createSetupToken, formatSetupLink } from './services/people/setup.ts';
import { createFirstProject, introduceSecretKey, requireMatchingSecretKey } from './services/projects/bootstrap.ts';
import type { Shutdown } from './shutdown.ts';
import type { Storage } from './storage.ts';

/** Where `npm start` builds the dashboard. */
const DASHBOARD_FOLDER = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

/** Creates the log of the service, in the form that the settings ask for. */
export function createServiceLog({ logLevel, logFormat }: Config): Logger {
  return createLog(logLevel, logFormat === 'text' ? createTextDestination(process.stdout) : undefined);
}

/** Serves from a database that is there, and says so; each part adds to `shutdown` how it is stopped. */
export async function serve(config: Config, storage: Storage, log: Logger, shutdown: Shutdown): Promise<void> {
  const onBlocked = (message: string, error?: unknown) => log.warn({ err: error }, message);
  await waitForDatabase(() => migrateDirectly(storage, { clock: systemClock, onBlocked }), systemClock, log);
  const { ctx, stopChecking, close } = compose(config, storage, log, { keyPoolSize: config.keyPoolSize });
  await shutdown.add('the database connections', close);
  // One server for many nodes may have too few connections: better said now than under load.
  if (storage.embedded === null) await waitForDatabase(() => ctx.db.open(), systemClock, log);
  let checkThreads: CheckThreads | null = null;
  const app = await createApp(ctx, {
    ...config,
    metrics: { ...config.metrics, readThreads: async () => checkThreads?.readMetrics() ?? [] },
    isStopping: () => shutdown.isStopping,
    dashboardFolder: DASHBOARD_FOLDER,
  });
  await requireMatchingSecretKey(ctx);
  await introduceSecretKey(ctx);
  const { showFirstKey } = config;
  const firstKey = await createFirstProject(ctx, config.bootstrapApiKey, { withKey: showFirstKey });
  const setupToken = showFirstKey ? await createSetupToken(ctx) : null;
  const hasThreads = config.workerConcurrency > 0 && config.checkThreads > 0;
  if (hasThreads) {
    checkThreads = startCheckThreads(config, storage);
    await shutdown.add('the threads that make checks', async () => checkThreads?.stop());
    await checkThreads.ready();
  }
  await listen(app, config);
  const { listen: metricsAt, token } = config.metrics;
  const metricsServer = metricsAt && (await startMetricsServer(app.metrics, { ...metricsAt, token }));
  const work = config.workerConcurrency > 0 && !hasThreads ? startDueWork(ctx, config.workerConcurrency) : null;
  const testWork = config.workerConcurrency > 0 ? startTestWork(ctx) : null;
  const watchedWork = startWatchedWork(ctx);
  const providerWork = config.workerConcurrency > 0 ? startProviderWork(ctx) : null;
  const keyWiping = startKeyWiping(ctx);
  const webhookWork = config.workerConcurrency > 0 ? startWebhookWork(ctx) : null;
  const keysZoneWork = config.workerConcurrency > 0 ? startKeysZoneWork(ctx) : null;
  const mailWork = config.workerConcurrency > 0 ? startMailWork(ctx) : null;
  const publishingWork = config.workerConcurrency > 0 ? startPublishingWork(ctx) : null;
  const housekeeping = config.workerConcurrency > 0 ? startHousekeeping(ctx) : null;
  await shutdown.add(
    'the server',
    async () => {
      if (config.drainMs > 0) await systemClock.sleep(config.drainMs);
      stopChecking();
      metricsServer?.close();
      metricsServer?.closeAllConnections();
      const ownWork = [work, testWork, watchedWork, providerWork, publishingWork, webhookWork, mailWork, keysZoneWork];
      const workers = [...ownWork, keyWiping, housekeeping];
      await Promise.all([app.close(), checkThreads?.stop(), ...workers.map((worker) => worker?.stop())]);
    },
    config.drainMs,
  );

  const { port } = app.server.address() as AddressInfo;
  const url = config.port === port ? config.publicUrl : `http://localhost:${port}`;
  const setupLink = setupToken && formatSetupLink(url, setupToken);
  process.stdout.write(
    formatWelcome(url, { setupLink, key: firstKey, isKeyGiven: config.bootstrapApiKey !== undefined, showFirstKey }),
  );
}

async function listen(app: Awaited<ReturnType<typeof createApp>>, { port, host }: Config): Promise<void> {
  try {
    await app.listen({ port, host, backlog: BACKLOG });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EADDRINUSE')
      throw new AppError(
        'SERVICE_UNAVAILABLE',
        `Port ${port} on ${host} is already in use, perhaps by another AutoSend Domains. Stop that process, or set AUTOSEND_PORT to another port.`,
        { cause },
      );
    if (code === 'EACCES' && port < 1024)
      throw new AppError(
        'SERVICE_UNAVAILABLE',
        `Only root may listen on port ${port}, and the service does not stay root. Let a proxy with TLS listen there and set AUTOSEND_PORT to 1024 or above, or lower net.ipv4.ip_unprivileged_port_start.`,
        { cause },
      );
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
      throw new AppError(
        'SERVICE_UNAVAILABLE',
        `This process isn't allowed to listen on ${host}:${port}. Set AUTOSEND_PORT or AUTOSEND_HOST.`,
        { cause },
      );
    throw cause;
  }
}

function formatWelcome(
  url: string,
  {
    setupLink,
    key,
    isKeyGiven,
    showFirstKey,
  }: { setupLink: string | null; key: string | null; isKeyGiven: boolean; showFirstKey: boolean },
): string {
  const shown = key === null || isKeyGiven ? '<your key>' : key;
  const lines = [
    '',
    'AutoSend Domains is ready.',
    '',
    // A log keeps what is printed, and others read it.
    ...(showFirstKey ? [] : ['  Set-up     npx autosend setup-link prints the link that makes the first account']),
    ...(setupLink === null
      ? []
      : [
          `  Set-up     ${setupLink}`,
          '             Open it to create your account. It works once, for 24 hours; npx autosend setup-link prints another.',
        ]),
    `  Dashboard  ${url}`,
    `  API docs   ${url}/docs`,
    key === null && !showFirstKey && !isKeyGiven
      ? '  API key    npx autosend keys create makes one'
      : key === null || isKeyGiven
        ? '  API key    the one you have; another: npx autosend keys create'
        : `  API key    ${key}   (shown only now; keep it)`,
    '',
    'Add a domain:',
    '',
    `  curl ${url}/v1/domains -H 'Authorization: Bearer ${shown}' -H 'Content-Type: application/json' -d '{"domain":"example.com"}'`,
    '',
    '',
  ];
  return lines.join('\n');
}
