import { Gauge, type Registry } from 'prom-client';
import type { Context } from '../../services/context.ts';

/** Measures the pool of a thread. */
export function measureConnections(registry: Registry, { db }: Pick<Context, 'db'>): void {
  new Gauge({
    name: 'autosend_database_connections',
    help: 'Database connections of the process, those of its check threads included.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { total, idle, waiting } = db.pool();
      this.set({ state: 'total' }, total);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}
