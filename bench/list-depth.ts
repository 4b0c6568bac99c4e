import { alternate, type BenchOptions, compare, type Row } from './figure.ts';
import { formatRequest, loadHttp, requireStatus } from './http-load.ts';
import { addCopies } from './many-domains.ts';
import { startServedService } from './served-service.ts';

const DOMAINS = 100_000;
const PAGE = 100;
const DEPTH = 1_000;
const REQUESTS = 300;

/** Page 1,000 of a project with 100,000 domains against its page 1, 100 domains each, one client. */
export async function measureListDepth({ repeats }: BenchOptions): Promise<Row[]> {
  const service = await startServedService({ AUTOSEND_WORKER_CONCURRENCY: '0', AUTOSEND_KEY_POOL_SIZE: '0' });
  try {
    const first = formatRequest('POST', '/v1/domains', service.apiKey, { domain: 'd0.example.com' });
    requireStatus(await loadHttp(service.port, 1, { count: 1 }, () => first), 201);
    await addCopies(service.databaseUrl, DOMAINS - 1);
    const path = `/v1/domains?limit=${PAGE}`;
    let cursor: string | undefined;
    for (let page = 1; page < DEPTH; page += 1) {
      const { data } = await service.get<{ data: { nextCursor: string } }>(cursor ? `${path}&cursor=${cursor}` : path);
      cursor = data.nextCursor;
    }
    const askFor = async (url: string) => {
      const request = formatRequest('GET', url, service.apiKey);
      requireStatus(await loadHttp(service.port, 1, { count: REQUESTS }, () => request), 200);
      return REQUESTS;
    };
    const rates = await alternate(
      { last: () => askFor(`${path}&cursor=${cursor}`), first: () => askFor(path) },
      repeats,
    );
    return [
      compare({
        name: `list-depth, page ${DEPTH} / page 1`,
        unit: 'pages/s',
        ours: rates.last,
        reference: rates.first,
        // 1.5 times the time.
        atLeast: 0.67,
      }),
    ];
  } finally {
    await service.close();
  }
}
