import { Gauge, type Registry } from 'prom-client';
import { readIntents } from '../../db/queries/publishing/open-intents.ts';
import type { Context } from '../../services/context.ts';

/**
 * What is still to be written into DNS, and how late it is. The queue is in the database: every node tells the same of it, and
 * nothing while the database is away.
 */
export function measurePublishing(registry: Registry, { db, realClock }: Pick<Context, 'db' | 'realClock'>): void {
  const registers = [registry];
  let reading: ReturnType<typeof readIntents> | null = null;
  // Once for both.
  const read = () => {
    reading ??= readIntents(db, realClock.now()).finally(() => {
      reading = null;
    });
    return reading.catch(() => null);
  };
  new Gauge({
    name: 'autosend_publishing_domains',
    help: 'Domains whose records are still to be written to DNS: waiting, backing off after a failure, stopped until something changes, or waiting for a consent.',
    labelNames: ['state'],
    registers,
    async collect() {
      const open = await read();
      this.reset();
      for (const [state, count] of Object.entries(open?.counts ?? {})) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'autosend_publishing_lag_seconds',
    help: 'How long the oldest domain that is due to be published has been waiting.',
    registers,
    async collect() {
      const open = await read();
      if (!open) return this.remove();
      const { oldestDueAt } = open;
      this.set(oldestDueAt === null ? 0 : Math.max(0, (realClock.now().getTime() - oldestDueAt.getTime()) / 1000));
    },
  });
}
