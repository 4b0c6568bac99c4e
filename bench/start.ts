import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  copyProject,
  findFreePort,
  isReady,
  launchService,
  waitUntil,
} from '../server/test/support/service-process.ts';
import { type BenchOptions, boundAbove, median, type Row } from './figure.ts';

const MAX_SECONDS = 1.5;
const MAX_FIRST_SECONDS = 4;

/** From the launch of `npm start`'s script to 200 at /health/ready, with packages and dashboard there: the first time ever, which makes the database, and later ones. */
export async function measureStart({ repeats }: BenchOptions): Promise<Row[]> {
  const first: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < repeats; round += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'autosend-bench-start-'));
    try {
      // The database's user has to get in.
      await chmod(folder, 0o711);
      await copyProject(join(folder, 'project'));
      first.push(await startOnce(join(folder, 'project')));
      later.push(await startOnce(join(folder, 'project')));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return [
    boundAbove('start, first time ever', median(first), 's', MAX_FIRST_SECONDS),
    boundAbove('start', median(later), 's', MAX_SECONDS),
  ];
}

async function startOnce(folder: string): Promise<number> {
  const port = await findFreePort();
  const startedAt = performance.now();
  // As it is without settings: the keys made ahead are part of a start.
  const service = launchService({ folder, port, env: { AUTOSEND_KEY_POOL_SIZE: '256' } });
  try {
    await waitUntil(() => isReady(service), service.output);
    return (performance.now() - startedAt) / 1000;
  } finally {
    service.signal('SIGTERM');
    await service.ended();
  }
}
