import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { findProgram } from '../daemon.ts';
import { askTxt } from '../dns/real-name-servers.ts';

const run = promisify(execFile);
const SCRIPT = new URL('dkimpy.py', import.meta.url).pathname;
/** Debian's Python has Debian's packages; another one in the PATH has not. */
const PYTHON = '/usr/bin/python3';
const MAX_OUTPUT_OCTETS = 64 * 1024 * 1024;

/** Where verifiers find the keys. */
export interface KeyServer {
  readonly address: string;
  readonly port: number;
}

/** Says in one line what to install where dkimpy is not there; false when it is. @throws Error with that line where `CI=true` */
export async function explainMissingDkimpy(): Promise<string | false> {
  const isThere = await run(PYTHON, ['-c', 'import dkim, dns.resolver, nacl']).then(
    () => true,
    () => false,
  );
  if (isThere) return false;
  const line = 'needs dkimpy: apt-get install python3-dkim';
  if (process.env.CI === 'true') throw new Error(`This test ${line}`);
  return line;
}

/** Verifies messages with dkimpy; of each, the result of every signature: true, false, or what dkimpy says. */
export async function verifyWithDkimpy(
  server: KeyServer,
  folder: string,
  messages: readonly Buffer[],
): Promise<unknown[][]> {
  const files = await writeMessages(folder, messages);
  const { stdout } = await run(PYTHON, [SCRIPT, `${server.address}:${server.port}`, ...files]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown[]);
}

/** Verifies messages with mailauth; of each, the result of every signature in its order. */
export async function verifyWithMailauth(server: KeyServer, messages: readonly Buffer[]): Promise<string[][]> {
  const resolver = (name: string) => askTxt(server, name);
  return Promise.all(
    messages.map(async (message) => {
      const { results } = await dkimVerify(message, { strict: true, resolver });
      return results.map(({ status }) => status.result);
    }),
  );
}

/** Verifies messages, each with one signature, with OpenDKIM; of each, what it says after the name of the file. */
export async function verifyWithOpenDkim(
  server: KeyServer,
  folder: string,
  messages: readonly Buffer[],
): Promise<string[]> {
  const resolver = join(folder, 'opendkim-resolver.conf');
  await writeFile(
    resolver,
    `server:\n  do-not-query-localhost: no\n  module-config: "iterator"\nforward-zone:\n  name: "."\n  forward-addr: ${server.address}@${server.port}\n`,
  );
  const config = join(folder, 'opendkim.conf');
  await writeFile(config, `Mode v\nBackground no\nSyslog no\nResolverConfiguration ${resolver}\n`);
  const files = await writeMessages(folder, messages);
  const program = findProgram('opendkim') ?? 'opendkim';
  const { stdout, stderr } = await run(program, ['-x', config, '-t', files.join(','), '-v'], {
    maxBuffer: MAX_OUTPUT_OCTETS,
  });
  const lines = `${stdout}\n${stderr}`.split('\n');
  return files.map((file) => {
    const line = lines.find((each) => each.startsWith(`opendkim: ${file}: verification`));
    return line?.slice(`opendkim: ${file}: `.length) ?? 'nothing was said';
  });
}

async function writeMessages(folder: string, messages: readonly Buffer[]): Promise<string[]> {
  return Promise.all(
    messages.map(async (message, index) => {
      const file = join(folder, `message-${index}.eml`);
      await writeFile(file, message);
      return file;
    }),
  );
}
