import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { findProgram, startDaemon } from '../daemon.ts';
import { findFreePort } from '../service-process.ts';
import type { TestAuthority } from './test-authority.ts';

/** An ACME server (RFC 8555) on loopback. */
export interface AcmeServer {
  /** Its directory. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts Pebble, the test server of Let's Encrypt: it really looks for the text of a dns-01 challenge.
 * @param resolverPort of the resolver on loopback that it asks
 */
export async function startAcmeServer(authority: TestAuthority, resolverPort: number): Promise<AcmeServer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startPebble(authority, resolverPort);
    } catch (error) {
      // Pebble doesn't say which port it took, and others look for free ones at the same time.
      if (tries === TRIES) throw error;
    }
  }
}

const TRIES = 3;

async function startPebble(authority: TestAuthority, resolverPort: number): Promise<AcmeServer> {
  const { certFile, keyFile } = await authority.certify('acme.test');
  const port = await findFreePort();
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: '',
    certificate: certFile,
    privateKey: keyFile,
  };
  const configFile = join(authority.folder, 'pebble.json');
  await writeFile(configFile, JSON.stringify({ pebble }));
  // By itself it sleeps before it validates, and rejects some good nonces: both are for people who test clients.
  const settings = ['PEBBLE_VA_NOSLEEP=1', 'PEBBLE_WFE_NONCEREJECT=0'];
  const program = findProgram('pebble') ?? 'pebble';
  const args = [...settings, program, '-config', configFile, '-dnsserver', `127.0.0.1:${resolverPort}`];
  const daemon = startDaemon('pebble', args, findProgram('env'));
  await daemon.until(() => speaksTls(port));
  return { url: `https://127.0.0.1:${port}/dir`, close: () => daemon.stop() };
}

/** Whoever took the port in between speaks no TLS. */
function speaksTls(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => resolve(true));
  socket.on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
