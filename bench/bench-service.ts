import { compose, createLog } from '../server/src/compose.ts';
import { parseConfig } from '../server/src/config.ts';
import type { Context } from '../server/src/services/context.ts';
import { createTestDatabase } from '../server/test/support/db/databases.ts';

/** A service without HTTP, over a database of its own. */
export interface BenchService {
  readonly ctx: Context;
  readonly databaseUrl: string;
  /** The text of AUTOSEND_SECRET_KEY. */
  readonly secretKey: string;
  close(): Promise<void>;
}

/** Composes a service for a figure; its DNS asks nobody. */
export async function startBenchService(): Promise<BenchService> {
  const database = await createTestDatabase(import.meta.url);
  const secretKey = Buffer.alloc(32, 7).toString('base64');
  const config = parseConfig({ AUTOSEND_DATABASE_URL: database.url, AUTOSEND_SECRET_KEY: secretKey });
  const storage = { connection: { url: database.url }, secretKey };
  const composition = compose(config, storage, createLog('warn'), { keyPoolSize: 0 });
  return {
    ctx: composition.ctx,
    databaseUrl: database.url,
    secretKey,
    async close() {
      await composition.close();
      await database.drop();
    },
  };
}
