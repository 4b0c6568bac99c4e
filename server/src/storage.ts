import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { loadSecretKeyFile } from './crypto/secret-key-file.ts';
import type { Connection } from './db/connector.ts';
import { type EmbeddedServer, startEmbeddedServer } from './db/embedded/server.ts';
import type { Place } from './leave-root.ts';

/** A database that is open for business: where it is, what it needs, how to let go of it. */
export interface Storage {
  readonly connection: Connection;
  /** The same database past a pooler; null where `connection` does for everything. */
  readonly direct: Connection | null;
  /** As AUTOSEND_SECRET_KEY: the first seals. */
  readonly secretKey: string;
  /** Where the file with it is; null where AUTOSEND_SECRET_KEY is set. */
  readonly secretKeyFolder: string | null;
  readonly embedded: EmbeddedServer | null;
}

/** Finds the database: the operator's own, or the one that we bring along. */
export async function openStorage(config: Config, place: Place, log: Logger): Promise<Storage> {
  if (config.databaseUrl !== undefined && config.secretKey !== undefined)
    return {
      connection: { url: config.databaseUrl },
      direct: config.databaseListenUrl === undefined ? null : { url: config.databaseListenUrl },
      secretKey: config.secretKey,
      secretKeyFolder: null,
      embedded: null,
    };
  const { dataDir, user } = place;
  if (dataDir === null) throw new Error('There is no data folder for the embedded database.');
  const secretKey = config.secretKey ?? (await loadSecretKeyFile(dataDir, join(dataDir, 'postgres'), user));
  const embedded = await startEmbeddedServer({ dataDir, user, log });
  const secretKeyFolder = config.secretKey === undefined ? dataDir : null;
  return { connection: embedded.connection, direct: null, secretKey, secretKeyFolder, embedded };
}
