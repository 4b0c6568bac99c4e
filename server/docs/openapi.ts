import { compose, createLog } from '../src/compose.ts';
import { parseConfig } from '../src/config.ts';
import { createApp } from '../src/http/app.ts';

/** Builds the OpenAPI document as the service gives it. Nothing is connected to: the database is there in name only. */
export async function buildOpenApi(): Promise<object> {
  const secretKey = Buffer.alloc(32).toString('base64');
  const url = 'postgresql://127.0.0.1:9/none';
  const config = parseConfig({ AUTOSEND_DATABASE_URL: url, AUTOSEND_SECRET_KEY: secretKey });
  const log = createLog('silent');
  const { ctx, close } = compose(config, { connection: { url }, secretKey }, log, { keyPoolSize: 0 });
  const app = await createApp(ctx, { ...config, isStopping: () => false });
  try {
    const { payload } = await app.inject({ url: '/openapi.json', headers: { host: 'localhost' } });
    return JSON.parse(payload) as object;
  } finally {
    await app.close();
    await close();
  }
}
