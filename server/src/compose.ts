import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from './config.ts';
import { HOST_ALLOWANCES } from './core/access/host-allowances.ts';
import type { Clock } from './core/clock.ts';
import { formatLogLine } from './core/log-line.ts';
import { cleanLogArguments, describeError } from './core/logged-error.ts';
import { deriveSecret } from './crypto/derived-secret.ts';
import { createDkimKey } from './crypto/dkim-keys.ts';
import { createOpenedKeys } from './crypto/dkim-signing.ts';
import { createKeyPool } from './crypto/key-pool.ts';
import { createSecretBox } from './crypto/secret-box.ts';
import { createTextSigner } from './crypto/signed-text.ts';
import { openDatabase } from './db/client.ts';
import { sendHttp } from './delivery/http-request.ts';
import { createMailer } from './delivery/smtp.ts';
import { buildDenied } from './dns/address-policy.ts';
import { createDns } from './dns/lookup.ts';
import { findSystemResolvers } from './dns/system-resolvers.ts';
import { createCloudflare } from './providers/dns/cloudflare.ts';
import { createDesec } from './providers/dns/desec.ts';
import { createDigitalocean } from './providers/dns/digitalocean.ts';
import { createGandi } from './providers/dns/gandi.ts';
import { createHetzner } from './providers/dns/hetzner.ts';
import { createPowerDns } from './providers/dns/powerdns.ts';
import { createRfc2136 } from './providers/dns/rfc2136.ts';
import { createRoute53 } from './providers/dns/route53.ts';
import { createOidcProvider } from './providers/oidc/oidc.ts';
import { createSes } from './providers/ses/ses.ts';
import { createCheckLimits } from './services/checks/check-limits.ts';
import { createCheckStore } from './services/checks/check-store.ts';
import { createPresence } from './services/checks/presence.ts';
import type { Context } from './services/context.ts';
import { listOutlets } from './services/events/note-events.ts';
import { createBackground } from './services/node/background.ts';
import { countDnsSockets, readDescriptorLimit } from './services/node/descriptors.ts';
import { createMeters } from './services/node/meters.ts';
import { NO_CHECK_LIMITS } from './services/node/no-check-limits.ts';
import { createRemembered } from './services/node/remembered.ts';
import { readRulesVersion } from './services/node/rules-version.ts';
import { createSingleFlight } from './services/node/single-flight.ts';
import { createTurns, NO_TURNS } from './services/node/turns.ts';
import { createHostLimits, NO_HOST_LIMITS } from './services/outgoing/host-limits.ts';
import { CONNECTION_TEST_TURNS } from './services/publishing/test-connection.ts';
import { createSigners } from './services/signing/signers.ts';
import type { Storage } from './storage.ts';

/** The adapters of DNS providers. */
const DNS_PROVIDERS: Context['dnsProviders'] = {
  rfc2136: createRfc2136,
  powerdns: createPowerDns,
  cloudflare: createCloudflare,
  route53: createRoute53,
  desec: createDesec,
  hetzner: createHetzner,
  digitalocean: createDigitalocean,
  gandi: createGandi,
};

/** So many answers of DNS providers are kept for a few minutes. */
const REMEMBERED = 2_000;

/** The real clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    // Only an abort rejects, and that is a way to end a sleep.
    await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};

/** Creates the log: JSON lines on stdout (or `destination`), with everything that could hold a secret taken out. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    redact: {
      paths: ['req.headers.authorization', '*.password', '*.privateKeyDer', '*.key'],
      censor: '[redacted]',
    },
    base: null,
    serializers: { err: (error: unknown) => describeError(error) },
    hooks: {
      logMethod(given, method) {
        Reflect.apply(method, this, cleanLogArguments(given));
      },
    },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Where the log goes as lines for people; colors where the terminal takes them (https://no-color.org). */
export function createTextDestination(output: Pick<NodeJS.WriteStream, 'write' | 'hasColors'>): DestinationStream {
  const hasColors = output.hasColors?.() ?? false;
  return {
    write(line) {
      const text = formatLogLine(line, hasColors);
      if (text !== null) output.write(text);
    },
  };
}

/** So long what outlived its request may take to end; then the connections are closed all the same. */
const BACKGROUND_MS = 9_000;

/** Of ten connections to the database six may be busy for long, three of these for one project. */
function limitSlowStatements(connections: number) {
  const count = (ofTen: number) => Math.max(1, Math.floor((ofTen * connections) / 10));
  return { ofOwner: count(3), total: count(6), waiting: 50 };
}

/** The context of a process and how to end it. */
export interface Composition {
  readonly ctx: Context;
  /** Ends the checks under way, so that stopping does not wait for name servers that are silent. */
  stopChecking(): void;
  close(): Promise<void>;
}

/** Joins the implementations to what the use cases need. */
export function compose(
  config: Config,
  storage: Pick<Storage, 'connection' | 'secretKey'>,
  log: Logger,
  options: { keyPoolSize: number; clock?: Clock; ca?: string | undefined },
): Composition {
  const clock = options.clock ?? systemClock;
  const { databaseConnections, databasePrepare } = config;
  const db = openDatabase(
    storage.connection,
    (error) => log.warn({ err: error }, 'a database connection was lost'),
    databaseConnections,
    {
      prepare: databasePrepare,
      onSwitch: (message) => log.info(message),
      onMove: (message) => log.warn(message),
    },
  );
  const keys = createKeyPool({ size: options.keyPoolSize, create: () => createDkimKey(), log });
  const dnsSettings = {
    ...config.dns,
    resolvers: config.dns.resolvers ?? findSystemResolvers(),
    sockets: countDnsSockets(readDescriptorLimit(), 1 + config.checkThreads),
  };
  const dns = createDns(dnsSettings, { clock });
  const stopping = new AbortController();
  const sendingProviders = { ses: createSes({ endpoint: config.sesEndpoint, signal: stopping.signal }) };
  const secretBox = createSecretBox(storage.secretKey);
  const background = createBackground((error) => log.error({ err: error }, 'background work failed'));
  const openedKeys = createOpenedKeys(secretBox);
  const denied = buildDenied(config.dns.deny);
  const mailer = config.mail ? createMailer(config.mail) : null;
  const ctx: Context = {
    db,
    dns,
    dnsSettings,
    clock,
    realClock: clock,
    random: Math.random,
    randomBytes,
    sendingProviders,
    keys,
    secretBox,
    openedKeys,
    signer: createTextSigner(deriveSecret(storage.secretKey, 'session cookies')),
    identityProvider: config.oidc ? createOidcProvider(config.oidc) : null,
    publicUrl: config.publicUrl,
    regions: config.regions,
    timing: config.timing,
    webhookPolicy: { allowPrivate: config.webhooksAllowPrivate, denied },
    dnsProviderPolicy: { allowPrivate: config.dns.allowPrivate, denied },
    dnsProviders: DNS_PROVIDERS,
    sendHttp: (request) => sendHttp({ ...request, ca: options.ca }),
    labels: config.labels,
    keysZone: config.keysZone,
    allowReservedTlds: config.allowReservedTlds,
    background,
    quotas: config.quotas,
    slowStatements: config.rateLimitPerSecond === 0 ? NO_TURNS : createTurns(limitSlowStatements(databaseConnections)),
    connectionTests: config.rateLimitPerSecond === 0 ? NO_TURNS : createTurns(CONNECTION_TEST_TURNS),
    mailer,
    domainConnect: config.domainConnect ?? null,
    discoveries: createRemembered(clock, REMEMBERED),
    setupOffers: createRemembered(clock, REMEMBERED),
    settingsHosts: createHostLimits(clock, HOST_ALLOWANCES.settings),
    providerHosts:
      config.rateLimitPerSecond === 0 ? NO_HOST_LIMITS : createHostLimits(clock, HOST_ALLOWANCES.providers),
    hurriedHosts: config.rateLimitPerSecond === 0 ? NO_HOST_LIMITS : createHostLimits(clock, HOST_ALLOWANCES.hurried),
    resentBodies: config.rateLimitPerSecond === 0 ? NO_HOST_LIMITS : createHostLimits(clock, HOST_ALLOWANCES.resent),
    publishedKeys: createRemembered(clock, REMEMBERED),
    checks: createCheckStore(db, listOutlets({ mailer })),
    rulesVersion: readRulesVersion,
    meters: createMeters(),
    signers: createSigners({ db, openedKeys, clock }),
    refreshes: createSingleFlight(),
    presence: createPresence(),
    checkLimits: config.rateLimitPerSecond === 0 ? NO_CHECK_LIMITS : createCheckLimits({ db, clock, background }),
    stopping: stopping.signal,
    log,
  };
  return {
    ctx,
    stopChecking: () => stopping.abort(),
    async close() {
      stopping.abort();
      const drained = new AbortController();
      await Promise.race([background.drain(), clock.sleep(BACKGROUND_MS, drained.signal)]);
      drained.abort();
      await keys.stop();
      for (const provider of Object.values(sendingProviders)) provider.close();
      await dns.close();
      await db.close();
    },
  };
}
