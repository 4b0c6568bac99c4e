/*
 * The settings. `parseConfig` makes one frozen value of the environment: `config/variables.ts` lists the variables,
 * `config/read-variables.ts` checks them and the files that hold secrets, and `config/values.ts` reads values that have
 * parts. Nothing else of the service reads `process.env`.
 */

import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { type DomainConnectConfig, readDomainConnect } from './config/domain-connect.ts';
import { type MailConfig, readMail } from './config/mail.ts';
import { type Environment, readVariables } from './config/read-variables.ts';
import { parseListen, parseNetworks, parseQuotas, parseServer, readJson, readOidc } from './config/values.ts';
import type { Variables } from './config/variables.ts';
import { buildQuotaLimits, NO_QUOTAS, type QuotaLimits } from './core/access/quotas.ts';
import type { DomainName } from './core/ids.ts';
import { DEFAULT_TIMING, parseTiming, type Timing } from './core/lifecycle/timing.ts';
import { isLoopback } from './core/names/loopback.ts';
import type { RecordLabels } from './core/records/record-input.ts';
import { BUILT_IN_REGIONS, parseRegions, type Region } from './core/records/regions.ts';
import { SES_REGION_RULES } from './core/ses/region-rules.ts';

const STDOUT = 1;

/** All settings, checked and frozen. */
export type Config = Readonly<{
  port: number;
  host: string;
  publicUrl: string;
  /** Whose `X-Forwarded-For` is believed: addresses and networks such as `10.0.0.0/8`. */
  trustedProxies: readonly string[];
  databaseUrl: string | undefined;
  /** The way to the same database past a pooler; undefined where there is none. */
  databaseListenUrl: string | undefined;
  /** Whether statements are prepared by name; undefined: unless a pooler is seen. */
  databasePrepare: boolean | undefined;
  /** How many connections to the database this process may have at once. */
  databaseConnections: number;
  dataDir: string | undefined;
  /** Whom a service that is started as root runs as. */
  user: string | undefined;
  secretKey: string | undefined;
  bootstrapApiKey: string | undefined;
  /** Whether the first key and the set-up link are printed. */
  showFirstKey: boolean;
  /** The provider of single sign-on; undefined where there is none. */
  oidc: Readonly<{ issuer: string; clientId: string; clientSecret: string }> | undefined;
  /** Where emails to people are handed in; undefined where there is no mail. */
  mail: MailConfig | undefined;
  /** The operator's Domain Connect template; undefined where there is none. */
  domainConnect: DomainConnectConfig | undefined;
  regions: readonly Region[];
  timing: Timing;
  labels: RecordLabels;
  /** The zone that the CNAMEs of DKIM keys lead into; null where there is none. */
  keysZone: DomainName | null;
  dns: Readonly<{
    mode: 'authoritative' | 'recursive';
    resolvers: readonly { address: string; port: number }[] | undefined;
    authoritativePort: number;
    allowPrivate: boolean;
    /** Networks that are never asked. */
    deny: readonly string[];
  }>;
  /** Whether webhooks may be `http` and have private addresses. */
  webhooksAllowPrivate: boolean;
  allowReservedTlds: boolean;
  rateLimitPerSecond: number;
  quotas: QuotaLimits;
  metrics: Readonly<{
    token: string | undefined;
    /** An address of their own. */
    listen: { readonly host: string; readonly port: number } | undefined;
    /** Whether they are at the address of the API. */
    isOnPublicPort: boolean;
  }>;
  keyPoolSize: number;
  workerConcurrency: number;
  /** How many threads of their own scheduled checks have; with none they are made where requests are answered. */
  checkThreads: number;
  /** For how long a node that stops goes on serving. */
  drainMs: number;
  /** Where Amazon SES is, for tests; otherwise where AWS has it. */
  sesEndpoint: string | undefined;
  logLevel: string;
  /** `text` for people at a terminal, `json` for what collects logs. */
  logFormat: 'json' | 'text';
}>;

/** The environment of this process: nothing else reads it. */
export function readEnvironment(): Environment {
  return process.env;
}

/** Reads the configuration of this process. */
export function loadConfig(): Config {
  return parseConfig(readEnvironment());
}

/** Has what is looked for in a home folder, such as the credentials of a cloud, found in that of the user that root has become. */
export function adoptHome({ name, home }: { readonly name: string; readonly home: string }): void {
  Object.assign(process.env, { HOME: home, USER: name, LOGNAME: name });
}

/** Makes the settings of an environment. @throws AppError VALIDATION_FAILED that names each variable that is wrong */
export function parseConfig(environment: Environment): Config {
  const v = readVariables(environment);
  const publicUrl = (v.PUBLIC_URL ?? `http://localhost:${v.PORT}`).replace(/\/$/, '');
  return Object.freeze({
    port: v.PORT,
    host: v.HOST,
    publicUrl,
    trustedProxies: parseNetworks('TRUSTED_PROXIES', v.TRUSTED_PROXIES),
    databaseUrl: v.DATABASE_URL,
    databaseListenUrl: v.DATABASE_LISTEN_URL,
    databasePrepare: v.DATABASE_PREPARE,
    databaseConnections: v.DATABASE_CONNECTIONS,
    dataDir: v.DATA_DIR,
    user: v.USER,
    secretKey: v.SECRET_KEY,
    bootstrapApiKey: v.BOOTSTRAP_API_KEY,
    showFirstKey: v.SHOW_FIRST_KEY ?? !isKeptInJournal(environment.JOURNAL_STREAM),
    oidc: readOidc(v),
    mail: readMail(v, publicUrl),
    domainConnect: readDomainConnect(v),
    regions:
      v.REGIONS_FILE === undefined
        ? BUILT_IN_REGIONS
        : parseRegions(readJson('REGIONS_FILE', v.REGIONS_FILE), [SES_REGION_RULES]),
    timing: v.SCHEDULE_FILE === undefined ? DEFAULT_TIMING : parseTiming(readJson('SCHEDULE_FILE', v.SCHEDULE_FILE)),
    labels: buildLabels(v),
    keysZone: v.KEYS_ZONE ?? null,
    dns: buildDns(v),
    webhooksAllowPrivate: v.WEBHOOKS_ALLOW_PRIVATE,
    allowReservedTlds: v.ALLOW_RESERVED_TLDS,
    rateLimitPerSecond: v.RATE_LIMIT_PER_SECOND,
    quotas:
      v.RATE_LIMIT_PER_SECOND === 0
        ? NO_QUOTAS
        : buildQuotaLimits({ unverifiedDomains: v.UNVERIFIED_DOMAINS || null, ...parseQuotas(v.QUOTAS) }),
    metrics: buildMetrics(v, publicUrl),
    keyPoolSize: v.KEY_POOL_SIZE,
    workerConcurrency: v.WORKER_CONCURRENCY,
    checkThreads: v.CHECK_THREADS,
    drainMs: 1000 * v.DRAIN_SECONDS,
    sesEndpoint: v.SES_ENDPOINT,
    logLevel: v.LOG_LEVEL,
    logFormat: v.LOG_FORMAT ?? (isatty(STDOUT) ? 'text' : 'json'),
  });
}

function buildLabels(v: Variables): RecordLabels {
  return {
    ownershipLabel: v.OWNERSHIP_LABEL,
    ownershipValuePrefix: v.OWNERSHIP_VALUE_PREFIX,
    selectorPrefix: v.DKIM_SELECTOR,
    mailFromLabel: v.MAIL_FROM_LABEL,
  };
}

function buildDns(v: Variables): Config['dns'] {
  return Object.freeze({
    mode: v.DNS_MODE,
    resolvers: v.DNS_SERVERS?.split(',').map((text) => parseServer(text.trim())),
    authoritativePort: v.DNS_AUTHORITATIVE_PORT,
    allowPrivate: v.DNS_ALLOW_PRIVATE,
    deny: parseNetworks('DNS_DENY', v.DNS_DENY),
  });
}

function buildMetrics(v: Variables, publicUrl: string): Config['metrics'] {
  return Object.freeze({
    token: v.METRICS_TOKEN,
    listen: v.METRICS_LISTEN === undefined ? undefined : parseListen(v.METRICS_LISTEN),
    // Without a token only where nobody else comes: a public URL of another name means a proxy in front.
    isOnPublicPort:
      v.METRICS_TOKEN !== undefined ||
      (v.METRICS_LISTEN === undefined && isLoopback(v.HOST) && isLoopback(new URL(publicUrl).hostname)),
  });
}

/** Whether systemd keeps what is printed: it names the device and the file of the output that it reads (systemd.exec(5)). */
function isKeptInJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(STDOUT);
  return stream === `${dev}:${ino}`;
}
