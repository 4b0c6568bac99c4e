import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { Client, type ClientConfig } from 'pg';
import { validationError } from '../../core/errors.ts';

/** The parameters that name files, and what the driver calls what is in them. */
const FILES = { sslrootcert: 'ca', sslcert: 'cert', sslkey: 'key' } as const;
/** What else in a URL has the driver make settings of its own. */
const TLS_PARAMETERS = ['ssl', 'sslmode', 'uselibpqcompat', 'sslnegotiation', ...Object.keys(FILES)];
/** In libpq: whom the system believes. */
const SYSTEM = 'system';

/**
 * Reads the certificates that a URL names. The driver would do it in a constructor, each time: a file that is being replaced just
 * then would end the process. So they are read for each connection as they are then, and stay what they were where they can't be.
 * @throws AppError VALIDATION_FAILED where one can't be read now
 */
export function readCertificates(connectionString: string): ClientConfig {
  const url = new URL(connectionString);
  const given = url.searchParams;
  const named = Object.entries(FILES).flatMap(([parameter, setting]) => {
    const path = given.get(parameter);
    return path ? [{ parameter, setting, path }] : [];
  });
  if (named.length === 0) return { connectionString };
  const readers = named.map(({ parameter, setting, path }) => ({ setting, read: createReader(parameter, path) }));
  if (given.get('sslrootcert') === SYSTEM) {
    given.delete('sslrootcert');
    given.set('sslmode', 'verify-full');
  }
  // What the modes mean is the driver's to say.
  const { ssl, sslNegotiation } = new Client({ connectionString: url.href }) as Client & {
    sslNegotiation: 'postgres' | 'direct';
  };
  if (typeof ssl === 'object')
    for (const { setting, read } of readers)
      Object.defineProperty(ssl, setting, { get: read, enumerable: true, configurable: true });
  for (const parameter of TLS_PARAMETERS) given.delete(parameter);
  return { connectionString: url.href, ssl, sslnegotiation: sslNegotiation };
}

function createReader(parameter: string, path: string): () => string | string[] {
  if (parameter === 'sslrootcert' && path === SYSTEM) {
    const known = getCACertificates('system');
    return () => known;
  }
  let text = readFirst(parameter, path);
  return () => {
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      // As it was when it could be read.
    }
    return text;
  };
}

function readFirst(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw validationError(
      'AUTOSEND_DATABASE_URL',
      `The URL of the database names a file that can't be read: ${parameter}=${path}${why}. Check its path in AUTOSEND_DATABASE_URL and AUTOSEND_DATABASE_LISTEN_URL, and that the service's user may read it.`,
    );
  }
}
