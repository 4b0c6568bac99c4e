import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainMissing, findProgram } from '../daemon.ts';
import { startAcmeServer } from './acme-server.ts';
import type { ConnectProxy } from './connect-proxy.ts';
import type { TestAuthority } from './test-authority.ts';
import { startTextResolver } from './text-resolver.ts';

const TIMEOUT_MS = 60_000;
/** Debian's Python has Debian's packages; another one in the PATH has not. */
const PYTHON = '/usr/bin/python3';
const LEXICON_STEPS = new URL('lexicon-steps.py', import.meta.url).pathname;

/** What other people's clients need to take a stub for the provider. */
export interface ClientWorld {
  readonly authority: TestAuthority;
  /** Leads the provider's public host to the stub. */
  readonly proxy: ConnectProxy;
}

/** What lexicon is to do; names are those of its own configuration. */
export interface LexiconStep {
  readonly action: 'create' | 'list' | 'update' | 'delete';
  readonly type: 'TXT' | 'MX' | 'CNAME';
  readonly name?: string;
  readonly content?: string;
  readonly identifier?: string;
}

/** A record as lexicon lists it. */
export interface LexiconRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly content: string;
  readonly ttl: number;
}

/** What came of a step: the records of a list, true otherwise, or what lexicon said when it failed. */
export type LexiconAnswer = { readonly done: readonly LexiconRecord[] | boolean } | { readonly failed: string };

/** A domain for which a certificate is asked, and the zone that has its records. */
export interface CertificateOrder {
  readonly domain: string;
  readonly zone: string;
  /** The texts that the stub holds at a name. */
  readonly findTexts: (name: string) => string[];
}

/** Says what to install where one of the clients isn't there, for `describe(…, { skip })`. */
export function explainMissingClients(
  clients: readonly ('lego' | 'lexicon' | 'certbot')[] = ['lego', 'lexicon'],
): string | false {
  return explainMissing([...clients, 'pebble', 'openssl']);
}

/**
 * Takes steps with Debian's lexicon, all in one process. It reaches nothing but what the proxy leads to.
 * @param options.options credentials by the names of its configuration, such as `{ auth_token }`
 */
export async function runLexicon(
  world: ClientWorld,
  options: {
    readonly provider: string;
    readonly domain: string;
    readonly options: Readonly<Record<string, string>>;
    readonly steps: readonly LexiconStep[];
  },
): Promise<LexiconAnswer[]> {
  const output = await runClient(world, PYTHON, [LEXICON_STEPS], { input: JSON.stringify(options) });
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length !== options.steps.length) throw new Error(`lexicon failed: ${output}`);
  return lines.map((line) => JSON.parse(line) as LexiconAnswer);
}

/**
 * Lets Debian's lego get a certificate by a dns-01 challenge: it writes a TXT record through the provider's API, Pebble looks
 * for it in a zone that has what the stub has, and lego removes it.
 * @param dns lego's name for the provider
 * @returns lego's log
 * @throws Error with that log where any of it fails
 */
export async function runLego(
  world: ClientWorld,
  { dns, credentials, ...order }: CertificateOrder & LegoProvider,
): Promise<string> {
  return withAcmeServer(world, order, async ({ url, resolver, folder }) => {
    const account = ['--accept-tos', '--email', `owner@${order.zone}`, '--path', folder, '--server', url];
    const how = ['--dns', dns, '--dns.resolvers', resolver, '--dns.disable-cp'];
    const args = [...account, ...how, '--domains', order.domain, 'run'];
    return runClient(world, findProgram('lego') ?? 'lego', args, { env: credentials });
  });
}

/** Whom lego asks, and the credentials in its environment. */
export interface LegoProvider {
  readonly dns: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/**
 * Lets Debian's certbot do the same with one of its plugins.
 * @param plugin such as `dns-cloudflare` @param credentials what its file of credentials says
 */
export async function runCertbot(
  world: ClientWorld,
  { plugin, credentials, ...order }: CertificateOrder & { readonly plugin: string; readonly credentials: string },
): Promise<string> {
  return withAcmeServer(world, order, async ({ url, folder }) => {
    const file = join(folder, 'credentials.ini');
    await writeFile(file, credentials, { mode: 0o600 });
    const account = ['--non-interactive', '--agree-tos', '--email', `owner@${order.zone}`, '--server', url];
    const how = [`--${plugin}`, `--${plugin}-credentials`, file, `--${plugin}-propagation-seconds`, '0'];
    const folders = ['config', 'work', 'logs'].flatMap((each) => [`--${each}-dir`, join(folder, each)]);
    const args = ['certonly', ...account, ...how, ...folders, '--domain', order.domain];
    return runClient(world, findProgram('certbot') ?? 'certbot', args);
  });
}

async function withAcmeServer<T>(
  { authority }: ClientWorld,
  { zone, findTexts }: CertificateOrder,
  run: (acme: { readonly url: string; readonly resolver: string; readonly folder: string }) => Promise<T>,
): Promise<T> {
  const resolver = await startTextResolver(zone, findTexts);
  try {
    const acme = await startAcmeServer(authority, resolver.port);
    try {
      const folder = await mkdtemp(join(authority.folder, 'acme-'));
      return await run({ url: acme.url, resolver: `127.0.0.1:${resolver.port}`, folder });
    } finally {
      await acme.close();
    }
  } finally {
    await resolver.close();
  }
}

/** Runs a program to its end and gives back all that it wrote. */
async function runClient(
  { authority, proxy }: ClientWorld,
  program: string,
  args: readonly string[],
  { env = {}, input = '' }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<string> {
  const { caFile, folder } = authority;
  // Nothing of ours is in its environment. Loopback itself is never asked through a proxy.
  const clean = {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: 'C.UTF-8',
    HTTPS_PROXY: proxy.url,
    HTTP_PROXY: proxy.url,
    NO_PROXY: '127.0.0.1',
    SSL_CERT_FILE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    AWS_CA_BUNDLE: caFile,
    LEGO_CA_CERTIFICATES: caFile,
    ...env,
  };
  const child = spawn(program, args, { cwd: folder, env: clean, timeout: TIMEOUT_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} failed: ${output}`);
  return output;
}
