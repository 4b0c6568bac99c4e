import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { waitUntil } from '../server/test/support/service-process.ts';
import { alternate, type BenchOptions, boundAbove, compare, median, type Row, workThrough } from './figure.ts';
import { formatRequest, loadHttp, requireStatus } from './http-load.ts';
import { type ServedService, startServedService } from './served-service.ts';

const CLIENTS = 8;
/** A minute in all, in turns with the reference. */
const SLICE_SECONDS = 12;
const KEYS_AT_ONCE = 4;
const BURST = 200;
const MAX_P99_MS = 30;
const REFILL_MS = 120_000;

const generatePair = promisify(generateKeyPair);

/** POST /v1/domains for 8 clients, every key made on the spot, against RSA-2048 keys and nothing else, in a process of its own. */
export async function measureCreateSustained({ repeats }: BenchOptions): Promise<Row[]> {
  // Keys made ahead in the turns of the other would be none of its own. New domains are checked as they always are.
  const service = await startServedService({ AUTOSEND_KEY_POOL_SIZE: '0' });
  try {
    let made = 0;
    const rates = await alternate(
      {
        ours: async () => {
          const { length } = await createDomains(service, { seconds: SLICE_SECONDS }, made);
          made += length;
          return length;
        },
        keys: async () => {
          let count = 0;
          const endsAt = performance.now() + SLICE_SECONDS * 1000;
          await workThrough(KEYS_AT_ONCE, KEYS_AT_ONCE, async () => {
            while (performance.now() < endsAt) {
              await generatePair('rsa', { modulusLength: 2048, publicExponent: 65_537 });
              count += 1;
            }
          });
          return count;
        },
      },
      repeats,
    );
    const row = { name: 'create-sustained / RSA-2048 keys', unit: 'domains/s' };
    return [compare({ ...row, ours: rates.ours, reference: rates.keys, atLeast: 0.92 })];
  } finally {
    await service.close();
  }
}

/** 200 domains added after idling, for 8 clients: all keys were made ahead. */
export async function measureCreateBurst({ repeats }: BenchOptions): Promise<Row[]> {
  const service = await startServedService();
  try {
    const p99s: number[] = [];
    for (let round = 0; round <= repeats; round += 1) {
      await waitUntil(
        async () => (await service.readMetric('autosend_key_pool_keys')) >= 256,
        () => 'The keys made ahead were not complete.',
        REFILL_MS,
      );
      const times = (await createDomains(service, { count: BURST }, round * BURST)).toSorted((a, b) => a - b);
      // The first one warms up.
      if (round > 0) p99s.push(times[Math.ceil(BURST * 0.99) - 1] ?? Number.NaN);
    }
    return [boundAbove(`create-burst of ${BURST}, p99`, median(p99s), 'ms', MAX_P99_MS)];
  } finally {
    await service.close();
  }
}

/** Adds domains by the API, for 8 clients. @param from the number of the first one @returns what each took, in milliseconds */
export async function createDomains(
  service: ServedService,
  amount: Parameters<typeof loadHttp>[2],
  from: number,
): Promise<readonly number[]> {
  const load = await loadHttp(service.port, CLIENTS, amount, (n) =>
    formatRequest('POST', '/v1/domains', service.apiKey, { domain: `d${from + n}.example.com` }),
  );
  requireStatus(load, 201);
  return load.timesMs;
}
