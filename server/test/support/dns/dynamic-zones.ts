import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findProgram } from '../daemon.ts';
import type { UpdateKey } from './name-server-config.ts';
import type { RealServer } from './real-name-servers.ts';

/*
 * Zones that are changed while they are served, as other people change and see them: by BIND's `nsupdate`, by Knot's
 * `knsupdate`, by `dig`. Start the server with `updates` (real-name-servers.ts, power-dns.ts).
 */

const ASK_TIMEOUT_MS = 1_000;
const ASK_TRIES = 5;
const NOTHING_THERE = ['ENOTFOUND', 'ENODATA'];

type Address = Pick<RealServer, 'address' | 'port'>;

/** Makes a TSIG key with a random secret. */
export function createUpdateKey(name: string, algorithm: UpdateKey['algorithm'] = 'hmac-sha256'): UpdateKey {
  return { name, algorithm, secret: randomBytes(algorithm === 'hmac-sha512' ? 64 : 32).toString('base64') };
}

/** The settings of an `rfc2136` connection to this server. */
export function formatUpdateSettings({ address, port }: Address, key: UpdateKey): Record<string, string> {
  return {
    server: address,
    port: String(port),
    tsigName: key.name,
    tsigAlgorithm: key.algorithm,
    tsigSecret: key.secret,
  };
}

/**
 * Changes a zone as somebody else would.
 * @param lines the commands of nsupdate, such as `update add www.example.com. 300 A 192.0.2.1` or `prereq …`
 * @throws Error with what the client says where the server doesn't take it
 */
export async function updateZone(
  server: Address,
  key: UpdateKey,
  zone: string,
  lines: readonly string[],
  client: 'nsupdate' | 'knsupdate' = 'nsupdate',
): Promise<void> {
  const script = [
    `server ${server.address} ${server.port}`,
    `zone ${zone}.`,
    `key ${key.algorithm}:${key.name} ${key.secret}`,
    ...lines,
    'send',
    'quit',
  ];
  const { code, output } = await run(client, ['-v'], `${script.join('\n')}\n`);
  // Knot's client ends with 0 all the same.
  if (code !== 0 || /failed|error/i.test(output)) throw new Error(`${client}: ${output}`);
}

/** Fetches a whole zone: its records, one a line, in a fixed order; the serial of its SOA record is left out. */
export async function fetchZone({ address, port }: Address, zone: string): Promise<string[]> {
  const { code, output } = await run('dig', [
    `@${address}`,
    '-p',
    String(port),
    `${zone}.`,
    'AXFR',
    '+noall',
    '+answer',
  ]);
  const lines = output.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  if (code !== 0 || lines.length === 0) throw new Error(`dig: ${output}`);
  const records = lines.map((line) => {
    const [name = '', ttl = '', , type = '', ...rdata] = line.split(/\s+/);
    if (type === 'SOA') rdata[2] = 'SERIAL';
    return [name, ttl, type, ...rdata].join(' ');
  });
  return [...new Set(records)].sort();
}

/** Asks the server for the records of one type at a name, by c-ares: each as zone files have it, sorted; none where there are none. */
export async function askRecords(
  { address, port }: Address,
  name: string,
  type: 'TXT' | 'MX' | 'CNAME' | 'SOA',
): Promise<string[]> {
  const resolver = new Resolver({ timeout: ASK_TIMEOUT_MS, tries: ASK_TRIES });
  resolver.setServers([`${address}:${port}`]);
  try {
    switch (type) {
      case 'TXT':
        return (await resolver.resolveTxt(name)).map((strings) => strings.map((each) => `"${each}"`).join(' ')).sort();
      case 'MX':
        return (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${exchange}.`).sort();
      case 'CNAME':
        return (await resolver.resolveCname(name)).map((target) => `${target}.`);
      case 'SOA':
        return [String((await resolver.resolveSoa(name)).serial)];
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOTHING_THERE.includes(String(error.code))) return [];
    throw error;
  }
}

async function run(program: 'nsupdate' | 'knsupdate' | 'dig', args: readonly string[], input = '') {
  const child = spawn(findProgram(program) ?? program, args, { stdio: 'pipe' });
  // `dig` reads nothing, and may be gone before it could be told.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, output: `${out}${errors}`.trim() };
}
