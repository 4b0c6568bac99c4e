import { startReceiver } from '../server/test/support/webhooks/receiver.ts';
import { createDomains } from './create.ts';
import { withConnection } from './database.ts';
import { alternate, type BenchOptions, type Contestant, compare, type Row } from './figure.ts';
import { startBenchNameServer } from './name-server.ts';
import { type ServedService, startServedService } from './served-service.ts';
import { openSweepNode } from './sweep-node.ts';

const SLICE_SECONDS = 12;
/** Enough for a sweep of half a minute; there is one a round for each of the two. */
const MAX_DOMAINS = 20_000;
const AT_LEAST = 0.9;
const ALLOW = { AUTOSEND_WEBHOOKS_ALLOW_PRIVATE: 'true', AUTOSEND_KEY_POOL_SIZE: '0' };

/** Adding domains, and the sweep in its steady state, while a webhook takes every event, against the same without one. */
export async function measureBesideWebhooks({ repeats, domains }: BenchOptions): Promise<Row[]> {
  const receiver = await startReceiver();
  try {
    return [
      await measureCreates(receiver.url, repeats),
      await measureSweeps(receiver.url, Math.min(domains, MAX_DOMAINS), repeats),
    ];
  } finally {
    await receiver.close();
  }
}

async function measureCreates(url: string, repeats: number): Promise<Row> {
  const service = await startServedService(ALLOW);
  try {
    let made = 0;
    const create = async () => {
      const { length } = await createDomains(service, { seconds: SLICE_SECONDS }, made);
      made += length;
      return length;
    };
    const rates = await measureBoth(service, url, create, repeats);
    return toRow('create beside a webhook / without', rates);
  } finally {
    await service.close();
  }
}

async function measureSweeps(url: string, count: number, repeats: number): Promise<Row> {
  const nsd = await startBenchNameServer(count);
  const node = await openSweepNode(nsd, ALLOW);
  try {
    await node.insert(nsd.domains);
    await node.sweep();
    const sweep = async () => ({ units: count, seconds: await node.sweep() });
    const rates = await measureBoth(node, url, sweep, repeats);
    return toRow('sweep beside a webhook / without', rates);
  } finally {
    await node.close();
    await nsd.close();
  }
}

/** Lets the same work take turns with a webhook for all events and without it. */
async function measureBoth(
  { databaseUrl, post }: Pick<ServedService, 'databaseUrl' | 'post'>,
  url: string,
  work: Contestant,
  repeats: number,
) {
  await post('/v1/webhooks', { url, events: ['*'] });
  const turn = (isActive: boolean) => async () => {
    await withConnection(databaseUrl, (client) => client.query('UPDATE webhooks SET is_active = $1', [isActive]));
    return work();
  };
  return alternate({ beside: turn(true), alone: turn(false) }, repeats);
}

function toRow(
  name: string,
  { beside, alone }: { readonly beside: readonly number[]; readonly alone: readonly number[] },
): Row {
  return compare({ name, unit: 'domains/s', ours: beside, reference: alone, atLeast: AT_LEAST });
}
