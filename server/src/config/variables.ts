import { z } from 'zod';
import { QUOTAS } from '../core/access/quotas.ts';
import type { DomainName } from '../core/ids.ts';
import { isLoopback } from '../core/names/loopback.ts';
import { DEFAULT_LABELS } from '../core/records/record-input.ts';
import { isTestKey, parseApiKey } from '../crypto/api-keys.ts';
import { DatabaseUrlError, parseDatabaseUrl } from '../db/url/database-url.ts';
import { parseMailFrom, parseSmtpUrl } from './mail.ts';

/** What the names of all variables begin with. */
export const PREFIX = 'AUTOSEND_';
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

const databaseUrl = secret(z.string().superRefine(checkDatabaseUrl).optional());

/** The first project is a real one, so that a key of a test project would only mislead. */
const isBootstrapKey = (text: string): boolean => {
  const key = parseApiKey(text);
  return key !== null && !isTestKey(key);
};

const SMTP_URL_RULE =
  'must be a URL such as smtps://user:password@smtp.example.com:465 or smtp://127.0.0.1:25; what is special in a URL is percent-encoded in user and password';

function checkDatabaseUrl(text: string, issues: { addIssue(issue: { code: 'custom'; message: string }): void }): void {
  try {
    parseDatabaseUrl(text);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    issues.addIssue({ code: 'custom', message: error.message });
  }
}

const KEYS_ZONE_RULE = 'must be the name of one of your zones, such as dkim.example.com, with at most 150 characters';
/** Before it stand a selector of up to 52 characters, and a domain's id of 24. */
const LONGEST_KEYS_ZONE = 150;

function readKeysZone(text: string): DomainName | null {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  const isName = labels.length > 1 && labels.every((each) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(each));
  return isName && name.length <= LONGEST_KEYS_ZONE ? (name as DomainName) : null;
}

/** All variables, by their names without the prefix. */
export const variables = z.object({
  PORT: wholeNumber('PORT', 0, 65_535, 3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  TRUSTED_PROXIES: z.string().min(1).optional(),
  DATABASE_URL: databaseUrl,
  DATABASE_LISTEN_URL: databaseUrl,
  DATABASE_PREPARE: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .optional(),
  DATABASE_CONNECTIONS: wholeNumber('DATABASE_CONNECTIONS', 4, 100, 10),
  DATA_DIR: z.string().min(1).optional(),
  USER: z
    .string()
    .regex(/^[\w.][\w.@-]*\$?$/, 'must be the name of a user of this system')
    .optional(),
  SECRET_KEY: secret(z.string().optional()),
  BOOTSTRAP_API_KEY: secret(
    z.string().refine(isBootstrapKey, 'must be as_ or AS_, followed by 32 to 200 letters and digits').optional(),
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
  SMTP_URL: secret(
    z
      .string()
      // What is wrong with it isn't quoted: a password is in it.
      .refine((text) => parseSmtpUrl(text) !== null, SMTP_URL_RULE)
      .optional(),
  ),
  MAIL_FROM: z
    .string()
    .refine(
      (text) => parseMailFrom(text) !== null,
      'must be an address such as domains@example.com, or Name <domains@example.com>',
    )
    .optional(),
  REGIONS_FILE: z.string().min(1).optional(),
  SCHEDULE_FILE: z.string().min(1).optional(),
  DNS_MODE: z.enum(['authoritative', 'recursive'], 'must be authoritative or recursive').default('authoritative'),
  DNS_SERVERS: z.string().min(1).optional(),
  DNS_AUTHORITATIVE_PORT: wholeNumber('DNS_AUTHORITATIVE_PORT', 1, 65_535, 53),
  DNS_ALLOW_PRIVATE: yesNo,
  DNS_DENY: z.string().min(1).optional(),
  WEBHOOKS_ALLOW_PRIVATE: yesNo,
  DOMAIN_CONNECT_PROVIDER_ID: z
    .string()
    .regex(
      /^(?=.{1,100}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]+$/,
      'must be a domain such as mail.example.com',
    )
    .optional(),
  DOMAIN_CONNECT_SERVICE_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/, 'may only contain letters, digits, hyphens and underscores')
    .optional(),
  DOMAIN_CONNECT_SYNC_PUBKEY_DOMAIN: z
    .string()
    .regex(/^(?=.{1,200}$)(?:_?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/, 'must be a domain in lowercase')
    .optional(),
  DOMAIN_CONNECT_ORIGINS: z.string().min(1).optional(),
  ALLOW_RESERVED_TLDS: yesNo,
  RATE_LIMIT_PER_SECOND: wholeNumber('RATE_LIMIT_PER_SECOND', 0, 1_000_000, 20),
  UNVERIFIED_DOMAINS: wholeNumber('UNVERIFIED_DOMAINS', 0, 1_000_000_000, QUOTAS.unverifiedDomains.max),
  KEY_POOL_SIZE: wholeNumber('KEY_POOL_SIZE', 0, 10_000, 256),
  DRAIN_SECONDS: wholeNumber('DRAIN_SECONDS', 0, 300, 0),
  WORKER_CONCURRENCY: wholeNumber('WORKER_CONCURRENCY', 0, 1_000, 64),
  CHECK_THREADS: wholeNumber('CHECK_THREADS', 0, 32, 0),
  SES_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  METRICS_TOKEN: secret(
    z
      .string()
      .regex(/^[\x21-\x7e]{16,500}$/, 'must be 16 to 500 printable characters without spaces')
      .optional(),
  ),
  METRICS_LISTEN: z.string().min(1).optional(),
  QUOTAS: z.string().min(1).optional(),
  LOG_FORMAT: z.enum(['json', 'text'], 'must be json or text').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  OWNERSHIP_LABEL: label(DEFAULT_LABELS.ownershipLabel),
  OWNERSHIP_VALUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/, 'may only contain lowercase letters, digits and hyphens')
    .default(DEFAULT_LABELS.ownershipValuePrefix),
  DKIM_SELECTOR: label(DEFAULT_LABELS.selectorPrefix),
  KEYS_ZONE: z
    .string()
    .transform((text, issues) => {
      const zone = readKeysZone(text);
      if (zone !== null) return zone;
      issues.addIssue({ code: 'custom', message: KEYS_ZONE_RULE });
      return z.NEVER;
    })
    .optional(),
  MAIL_FROM_LABEL: label(DEFAULT_LABELS.mailFromLabel),
});

/** The variables that name a file with a secret, and the secret each stands for. */
export const SECRET_FILES: ReadonlyMap<string, string> = new Map(
  Object.entries(variables.shape)
    .filter(([, schema]) => schema.meta()?.isSecret === true)
    .map(([name]) => [`${name}_FILE`, name]),
);

/** The variables as they are once they are checked. */
export type Variables = z.output<typeof variables>;

/** An issuer without TLS could be anybody, except on this machine. */
function isSafeIssuer(text: string): boolean {
  // What is no URL is told by the check before.
  if (!URL.canParse(text)) return true;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname);
}
