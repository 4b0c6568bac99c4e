import { fileURLToPath } from 'node:url';
import { findFreePort, waitUntil } from '../server/test/support/service-process.ts';
import { withConnection } from './database.ts';
import { alternate, type BenchOptions, compare, type Row } from './figure.ts';
import { formatRequest, loadHttp, requireStatus } from './http-load.ts';
import { startScript, startServedService, stopScript } from './served-service.ts';

const CLIENTS = 32;
const SECONDS = 3;
const DOMAINS = 100;
const BARE_ROUTE = fileURLToPath(new URL('bare-route.ts', import.meta.url));

/** GET /v1/domains/{id} for 32 clients, against a Fastify route that does nothing but one prepared SELECT by primary key; each is a process of its own, on the same database. */
export async function measureRead({ repeats }: BenchOptions): Promise<Row[]> {
  const service = await startServedService({ AUTOSEND_WORKER_CONCURRENCY: '0', AUTOSEND_KEY_POOL_SIZE: '0' });
  const barePort = await findFreePort();
  const bare = startScript(BARE_ROUTE, [service.databaseUrl, String(barePort)], {});
  try {
    const create = (n: number) => formatRequest('POST', '/v1/domains', service.apiKey, { domain: `d${n}.example.com` });
    requireStatus(await loadHttp(service.port, 2, { count: DOMAINS }, create), 201);
    // As it is a minute later anyway, by autovacuum.
    await withConnection(service.databaseUrl, (client) => client.query('ANALYZE'));
    const { data } = await service.get<{ data: { domains: { id: string }[] } }>('/v1/domains');
    const ids = data.domains.map(({ id }) => id);
    const ours = ids.map((id) => formatRequest('GET', `/v1/domains/${id}`, service.apiKey));
    const bares = ids.map((id) => formatRequest('GET', `/domains/${id}`, service.apiKey));
    await waitUntil(() =>
      fetch(`http://127.0.0.1:${barePort}/domains/${ids[0]}`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const askEach = async (port: number, requests: readonly string[]) => {
      const load = await loadHttp(port, CLIENTS, { seconds: SECONDS }, (n) => requests[n % requests.length] ?? '');
      requireStatus(load, 200);
      return load.timesMs.length;
    };
    const rates = await alternate(
      { ours: () => askEach(service.port, ours), bare: () => askEach(barePort, bares) },
      repeats,
    );
    return [
      compare({
        name: 'read / bare Fastify route',
        unit: 'requests/s',
        ours: rates.ours,
        reference: rates.bare,
        atLeast: 0.5,
      }),
    ];
  } finally {
    await stopScript(bare);
    await service.close();
  }
}
