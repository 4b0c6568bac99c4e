/** One row of faults: the tests that it is made of, and how they are run in full. */
export interface FaultRow {
  readonly files: readonly string[];
  /** How often by default: what a test counts by itself, or runs of the tests. */
  readonly times: number;
  /** Whether the tests take the count themselves; otherwise they are run so often, each time with the next seed. */
  readonly countsItself: boolean;
  /** What was done, where the tests do not say it: each of them is one. */
  readonly what?: string;
}

/** The rows, from those of DNS to those that take long. */
export const FAULT_ROWS: Readonly<Record<string, FaultRow>> = {
  'dns-faults': { files: ['faults/dns-faults.test.ts'], times: 1, countsItself: false, what: 'scenarios' },
  tenants: {
    files: ['integration/domains/tenants.test.ts', 'integration/dashboard/access.test.ts'],
    times: 1,
    countsItself: false,
    what: 'tests over the routes',
  },
  secrets: {
    files: ['integration/node/secrets.test.ts'],
    times: 1,
    countsItself: false,
    what: 'tests over dumps of the database and the log',
  },
  nodes: {
    files: ['faults/nodes.test.ts'],
    times: 1,
    countsItself: false,
    what: '× one node of three killed and one paused',
  },
  inputs: {
    files: ['integration/http/inputs.test.ts', 'integration/dashboard/inputs.test.ts'],
    times: 100_000,
    countsItself: true,
  },
  'lock-out': { files: ['faults/lock-out.test.ts'], times: 1_000, countsItself: true },
  'database-away': { files: ['faults/database-away.test.ts'], times: 10, countsItself: true },
  'hostile-zones': { files: ['faults/hostile-zones.test.ts'], times: 1, countsItself: true },
  amplification: { files: ['faults/amplification.test.ts'], times: 60, countsItself: true },
  'removed-people': { files: ['faults/removed-people.test.ts'], times: 100, countsItself: true },
  pool: { files: ['faults/pool.test.ts'], times: 1_000, countsItself: true },
  start: { files: ['faults/start.test.ts'], times: 1_000, countsItself: true },
  descriptors: { files: ['faults/descriptors.test.ts'], times: 5, countsItself: true },
  floods: { files: ['faults/floods.test.ts'], times: 20_000, countsItself: true },
  webhooks: { files: ['faults/webhooks.test.ts'], times: 1_000, countsItself: true },
  publishing: { files: ['faults/publishing.test.ts'], times: 1_000, countsItself: true },
  failover: { files: ['faults/failover.test.ts'], times: 5, countsItself: true },
  pgbouncer: { files: ['faults/pgbouncer.test.ts'], times: 20, countsItself: true },
  connections: { files: ['faults/connections.test.ts'], times: 20, countsItself: true },
  'publish-kill': { files: ['faults/publishing-kill.test.ts'], times: 50, countsItself: true },
  kill: { files: ['faults/kill.test.ts'], times: 100, countsItself: true },
};
