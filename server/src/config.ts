import { fstatSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { buildQuotaLimits, NO_QUOTAS, QUOTAS, type QuotaLimits, type QuotaName } from './core/access/quotas.ts';
import { AppError, validationError } from './core/errors.ts';
import { DEFAULT_TIMING, parseTiming, type Timing } from './core/lifecycle/timing.ts';
import { isIp4Address, isNetwork, parseIp6Address } from './core/names/ip-address.ts';
import { isLoopback } from './core/names/loopback.ts';
import { findNearestName } from './core/names/nearest-name.ts';
import { DEFAULT_LABELS, type RecordLabels } from './core/records/record-input.ts';
import { BUILT_IN_REGIONS, parseRegions, type Region } from './core/records/regions.ts';
import { SES_REGION_RULES } from './core/ses/region-rules.ts';
import { parseApiKey } from './crypto/api-keys.ts';
import { parseSecretKeys } from './crypto/secret-box.ts';
import { readSecretFile } from './crypto/secret-file.ts';

/** The `AUTOSEND_` variables, as texts. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'AUTOSEND_';
const wholeNumber = (name: string, min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`))
    .default(fallback)
    .describe(name);
const yesNo = z
  .enum(['true', 'false'], 'must be true or false')
  .default('false')
  .transform((text) => text === 'true');
const label = (fallback: string) =>
  z
    .string()
    .regex(/^_?[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$/, 'must be a single DNS label in lowercase')
    .default(fallback);
/** Marks a variable as a secret: it may also come in a file, which `…_FILE` names. */
const secret = <T extends z.ZodType>(schema: T): T => schema.meta({ isSecret: true });

const variables = z.object({
  PORT: wholeNumber('PORT', 0, 65_535, 3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  TRUSTED_PROXIES: z.string().min(1).optional(),
  DATABASE_URL: secret(
    z
      .url({
        protocol: /^postgres(ql)?$/,
        error: 'must be a URL such as postgresql://user:password@host:5432/autosend?sslmode=verify-full',
      })
      .optional(),
  ),
  DATA_DIR: z.string().min(1).optional(),
  USER: z
    .string()
    .regex(/^[\w.][\w.@-]*\$?$/, 'must be the name of a user of this system')
    .optional(),
  SECRET_KEY: secret(z.string().optional()),
  BOOTSTRAP_API_KEY: secret(
    z
      .string()
      .refine((text) => parseApiKey(text) !== null, 'must be as_ or AS_, followed by 32 to 200 letters and digits')
      .optional(),
  ),
  SHOW_FIRST_KEY: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .optional(),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .refine(isSafeIssuer, 'must be an https URL (http only on loopback)')
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: secret(z.string().min(1).optional()),
  REGIONS_FILE: z.string().min(1).optional(),
  SCHEDULE_FILE: z.string().min(1).optional(),
  DNS_MODE: z.enum(['authoritative', 'recursive'], 'must be authoritative or recursive').default('authoritative'),
  DNS_SERVERS: z.string().min(1).optional(),
  DNS_AUTHORITATIVE_PORT: wholeNumber('DNS_AUTHORITATIVE_PORT', 1, 65_535, 53),
  DNS_ALLOW_PRIVATE: yesNo,
  DNS_DENY: z.string().min(1).optional(),
  ALLOW_RESERVED_TLDS: yesNo,
  RATE_LIMIT_PER_SECOND: wholeNumber('RATE_LIMIT_PER_SECOND', 0, 1_000_000, 20),
  UNVERIFIED_DOMAINS: wholeNumber('UNVERIFIED_DOMAINS', 0, 1_000_000_000, QUOTAS.unverifiedDomains.max),
  KEY_POOL_SIZE: wholeNumber('KEY_POOL_SIZE', 0, 10_000, 256),
  DRAIN_SECONDS: wholeNumber('DRAIN_SECONDS', 0, 300, 0),
  WORKER_CONCURRENCY: wholeNumber('WORKER_CONCURRENCY', 0, 1_000, 64),
  SES_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  METRICS_TOKEN: secret(
    z
      .string()
      .regex(/^[\x21-\x7e]{16,500}$/, 'must be 16 to 500 printable characters without spaces')
      .optional(),
  ),
  METRICS_LISTEN: z.string().min(1).optional(),
  QUOTAS: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  OWNERSHIP_LABEL: label(DEFAULT_LABELS.ownershipLabel),
  OWNERSHIP_VALUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'may only contain lowercase letters, digits and hyphens')
    .default(DEFAULT_LABELS.ownershipValuePrefix),
  DKIM_SELECTOR: label(DEFAULT_LABELS.selectorPrefix),
  MAIL_FROM_LABEL: label(DEFAULT_LABELS.mailFromLabel),
});

/** The variables that name a file with a secret, and the secret each stands for. */
const SECRET_FILES: ReadonlyMap<string, string> = new Map(
  Object.entries(variables.shape)
    .filter(([, schema]) => schema.meta()?.isSecret === true)
    .map(([name]) => [`${name}_FILE`, name]),
);

/** All settings, checked and frozen. */
export type Config = Readonly<{
  port: number;
  host: string;
  publicUrl: string;
  /** Whose `X-Forwarded-For` is believed: addresses and networks such as `10.0.0.0/8`. */
  trustedProxies: readonly string[];
  databaseUrl: string | undefined;
  dataDir: string | undefined;
  /** Whom a service that is started as root runs as. */
  user: string | undefined;
  secretKey: string | undefined;
  bootstrapApiKey: string | undefined;
  /** Whether the first key and the set-up link are printed. */
  showFirstKey: boolean;
  /** The provider of single sign-on; undefined where there is none. */
  oidc: Readonly<{ issuer: string; clientId: string; clientSecret: string }> | undefined;
  regions: readonly Region[];
  timing: Timing;
  labels: RecordLabels;
  dns: Readonly<{
    mode: 'authoritative' | 'recursive';
    resolvers: readonly { address: string; port: number }[] | undefined;
    authoritativePort: number;
    allowPrivate: boolean;
    /** Networks that are never asked. */
    deny: readonly string[];
  }>;
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
  /** How many domains a project may have that are not verified; null for no limit. */
  keyPoolSize: number;
  workerConcurrency: number;
  /** For how long a node that stops goes on serving. */
  drainMs: number;
  /** Where Amazon SES is, for tests; otherwise where AWS has it. */
  sesEndpoint: string | undefined;
  logLevel: string;
}>;

/** Reads the configuration of this process: the only place that checks its environment. */
export function loadConfig(): Config {
  return parseConfig(process.env);
}

/** Has what is looked for in a home folder, such as the credentials of a cloud, found in that of the user that root has become. */
export function adoptHome({ name, home }: { readonly name: string; readonly home: string }): void {
  Object.assign(process.env, { HOME: home, USER: name, LOGNAME: name });
}

/**
 * Checks the variables and gives them their defaults.
 * @throws AppError VALIDATION_FAILED that names each variable that is wrong, and unknown ones (a typing error must not pass in silence)
 */
export function parseConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(environment)
      .filter(
        ([name, value]) =>
          name.startsWith(PREFIX) && !name.startsWith(`${PREFIX}TEST_`) && value !== undefined && value !== '',
      )
      .map(([name, value]) => [name.slice(PREFIX.length), value]),
  );
  const fromFiles = readSecretFiles(given);
  Object.assign(given, fromFiles.values);
  const names = [...Object.keys(variables.shape), ...SECRET_FILES.keys()];
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  const result = variables.safeParse(
    Object.fromEntries(Object.entries(given).filter(([name]) => !SECRET_FILES.has(name))),
  );
  const details = [
    ...fromFiles.details,
    ...unknown.map((name) => {
      const meant = findNearestName(name, names);
      const hint = meant === null ? '' : ` Did you mean ${PREFIX}${meant}?`;
      return { field: PREFIX + name, message: `${PREFIX}${name} isn't a known setting.${hint}` };
    }),
    ...(result.error?.issues ?? []).map((issue) => {
      const field = PREFIX + String(issue.path[0]);
      return { field, message: `${field} ${issue.message}.` };
    }),
  ];
  if (!result.success || details.length > 0)
    throw new AppError('VALIDATION_FAILED', details.map(({ message }) => message).join(' '), { details });
  const v = result.data;
  if (v.SECRET_KEY !== undefined) parseSecretKeys(v.SECRET_KEY);
  if (v.DATABASE_URL !== undefined && v.SECRET_KEY === undefined)
    throw validationError(
      'AUTOSEND_SECRET_KEY',
      'AUTOSEND_DATABASE_URL also needs AUTOSEND_SECRET_KEY: 32 bytes in base64, the same on every node. Create one with: openssl rand -base64 32',
    );
  const publicUrl = (v.PUBLIC_URL ?? `http://localhost:${v.PORT}`).replace(/\/$/, '');
  return Object.freeze({
    port: v.PORT,
    host: v.HOST,
    publicUrl,
    trustedProxies: parseNetworks('TRUSTED_PROXIES', v.TRUSTED_PROXIES),
    databaseUrl: v.DATABASE_URL,
    dataDir: v.DATA_DIR,
    user: v.USER,
    secretKey: v.SECRET_KEY,
    bootstrapApiKey: v.BOOTSTRAP_API_KEY,
    showFirstKey: v.SHOW_FIRST_KEY ?? !isKeptInJournal(environment.JOURNAL_STREAM),
    oidc: readOidc(v),
    regions:
      v.REGIONS_FILE === undefined
        ? BUILT_IN_REGIONS
        : parseRegions(readJson('REGIONS_FILE', v.REGIONS_FILE), [SES_REGION_RULES]),
    timing: v.SCHEDULE_FILE === undefined ? DEFAULT_TIMING : parseTiming(readJson('SCHEDULE_FILE', v.SCHEDULE_FILE)),
    labels: {
      ownershipLabel: v.OWNERSHIP_LABEL,
      ownershipValuePrefix: v.OWNERSHIP_VALUE_PREFIX,
      selectorPrefix: v.DKIM_SELECTOR,
      mailFromLabel: v.MAIL_FROM_LABEL,
    },
    dns: Object.freeze({
      mode: v.DNS_MODE,
      resolvers: v.DNS_SERVERS?.split(',').map((text) => parseServer(text.trim())),
      authoritativePort: v.DNS_AUTHORITATIVE_PORT,
      allowPrivate: v.DNS_ALLOW_PRIVATE,
      deny: parseNetworks('DNS_DENY', v.DNS_DENY),
    }),
    allowReservedTlds: v.ALLOW_RESERVED_TLDS,
    rateLimitPerSecond: v.RATE_LIMIT_PER_SECOND,
    quotas:
      v.RATE_LIMIT_PER_SECOND === 0
        ? NO_QUOTAS
        : buildQuotaLimits({ unverifiedDomains: v.UNVERIFIED_DOMAINS || null, ...parseQuotas(v.QUOTAS) }),
    metrics: Object.freeze({
      token: v.METRICS_TOKEN,
      listen: v.METRICS_LISTEN === undefined ? undefined : parseListen(v.METRICS_LISTEN),
      // Without a token only where nobody else comes: a public URL of another name means a proxy in front.
      isOnPublicPort:
        v.METRICS_TOKEN !== undefined ||
        (v.METRICS_LISTEN === undefined && isLoopback(v.HOST) && isLoopback(new URL(publicUrl).hostname)),
    }),
    keyPoolSize: v.KEY_POOL_SIZE,
    workerConcurrency: v.WORKER_CONCURRENCY,
    drainMs: 1000 * v.DRAIN_SECONDS,
    sesEndpoint: v.SES_ENDPOINT,
    logLevel: v.LOG_LEVEL,
  });
}

/** Whether systemd keeps what is printed: it names the device and the file of the output that it reads (systemd.exec(5)). */
function isKeptInJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(1);
  return stream === `${dev}:${ino}`;
}

/** Reads the secrets that are given as files. What is wrong with one is a detail that names its variable. */
function readSecretFiles(given: Readonly<Record<string, string | undefined>>) {
  const values: Record<string, string> = {};
  const details: { field: string; message: string }[] = [];
  for (const [variable, name] of SECRET_FILES) {
    const file = given[variable];
    if (file === undefined) continue;
    const field = PREFIX + variable;
    if (given[name] !== undefined) {
      details.push({ field, message: `${field} and ${PREFIX}${name} are both set. Set one of them.` });
      continue;
    }
    const found = readSecretFile(file);
    if ('problem' in found) details.push({ field, message: `${field}: ${file} ${found.problem}` });
    else values[name] = found.text;
  }
  return { values, details };
}

/** An issuer without TLS could be anybody, except on this machine. */
function isSafeIssuer(text: string): boolean {
  // What is no URL is told by the check before.
  if (!URL.canParse(text)) return true;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** All three or none. @throws AppError VALIDATION_FAILED */
function readOidc(v: z.output<typeof variables>): Config['oidc'] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = v;
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined)
    return Object.freeze({ issuer, clientId, clientSecret });
  const given = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
  const missing = Object.entries(given).find(([, value]) => value === undefined);
  if (missing && Object.values(given).some((value) => value !== undefined))
    throw validationError(
      `AUTOSEND_${missing[0]}`,
      `AUTOSEND_${missing[0]} is missing: single sign-on needs AUTOSEND_OIDC_ISSUER, AUTOSEND_OIDC_CLIENT_ID and AUTOSEND_OIDC_CLIENT_SECRET.`,
    );
  return undefined;
}

function readJson(variable: 'REGIONS_FILE' | 'SCHEDULE_FILE', file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AppError('VALIDATION_FAILED', `${PREFIX}${variable}: ${file} can't be read as JSON.`, { cause });
  }
}

/** Addresses, each with the length of a network's prefix or without, comma-separated. */
function parseNetworks(name: 'TRUSTED_PROXIES' | 'DNS_DENY', text: string | undefined): string[] {
  const networks = text?.split(',').map((each) => each.trim()) ?? [];
  for (const network of networks) {
    if (!isNetwork(network))
      throw validationError(
        `${PREFIX}${name}`,
        `${PREFIX}${name}: ${JSON.stringify(network)} isn't an address or network such as 10.0.0.0/8.`,
      );
  }
  return networks;
}

/** `name=number` for each quota, comma-separated; 0 is no limit. */
function parseQuotas(text: string | undefined): Partial<Record<QuotaName, number | null>> {
  const given: Partial<Record<QuotaName, number | null>> = {};
  for (const each of text?.split(',') ?? []) {
    const [, name = '', number] = /^\s*(\w+)\s*=\s*(\d{1,9})\s*$/.exec(each) ?? [];
    if (!Object.hasOwn(QUOTAS, name))
      throw validationError(
        'AUTOSEND_QUOTAS',
        `AUTOSEND_QUOTAS: ${JSON.stringify(each.trim())} is not a quota such as apiKeys=200. The quotas are: ${Object.keys(QUOTAS).join(', ')}.`,
      );
    given[name as QuotaName] = Number(number) || null;
  }
  return given;
}

/** `host:port`, the host in brackets where it is an IPv6 address. */
function parseListen(text: string): { host: string; port: number } {
  const [, v6, name, port] = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined || Number(port) > 65_535 || (v6 !== undefined && parseIp6Address(v6) === null))
    throw validationError(
      'AUTOSEND_METRICS_LISTEN',
      `AUTOSEND_METRICS_LISTEN: ${JSON.stringify(text)} is not an address and port such as 127.0.0.1:9464.`,
    );
  return { host, port: Number(port) };
}

/** `address`, `address:port` or `[v6 address]:port`. */
function parseServer(text: string): { address: string; port: number } {
  const [, v6, v4, port] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const address = v6 ?? v4 ?? (/^[0-9a-f:]+$/i.test(text) && text.includes('::') ? text : undefined);
  const isAddress = address !== undefined && (isIp4Address(address) || parseIp6Address(address) !== null);
  if (!isAddress || Number(port ?? 53) > 65_535)
    throw validationError(
      'AUTOSEND_DNS_SERVERS',
      `AUTOSEND_DNS_SERVERS: ${JSON.stringify(text)} isn't an IP address such as 192.0.2.53:53.`,
    );
  return { address, port: Number(port ?? 53) };
}
