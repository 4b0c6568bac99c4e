import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Of the system: Node.js makes keys, and no certificates. */
const OPENSSL = 'openssl';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

/** A certificate with its key, in PEM, and the files that hold them. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate authority that lives as long as a test. */
export interface TestAuthority {
  /** Its certificate in PEM, and the file that holds it. */
  readonly ca: string;
  readonly caFile: string;
  /** Where it keeps its files; a test may put its own there. */
  readonly folder: string;
  /** Certifies a public host, so that a stub can be taken for it; `localhost` and 127.0.0.1 are in every certificate. */
  certify(host: string): Promise<TestCertificate>;
  /** Removes all files. */
  close(): Promise<void>;
}

/** Creates an authority in a folder of its own. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-ca-'));
  const caFile = join(folder, 'ca.pem');
  const caKeyFile = join(folder, 'ca.key');
  const subject = ['-subj', '/CN=AutoSend Domains tests'];
  await run(OPENSSL, ['req', '-x509', ...NEW_KEY, '-keyout', caKeyFile, '-out', caFile, ...subject]);
  return {
    ca: await readFile(caFile, 'utf8'),
    caFile,
    folder,
    async certify(host) {
      const certFile = join(folder, `${host}.pem`);
      const keyFile = join(folder, `${host}.key`);
      const issuer = ['-CA', caFile, '-CAkey', caKeyFile];
      const names = `subjectAltName=DNS:${host},DNS:localhost,IP:127.0.0.1`;
      const extensions = ['-addext', names, '-addext', 'basicConstraints=critical,CA:FALSE'];
      const written = ['-keyout', keyFile, '-out', certFile];
      await run(OPENSSL, ['req', '-x509', ...NEW_KEY, ...issuer, '-subj', `/CN=${host}`, ...extensions, ...written]);
      const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
      return { cert, key, certFile, keyFile };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
