import { listProcesses, type RunningProcess } from '../server/test/support/processes.ts';
import { withConnection } from './database.ts';

/** Processor time in seconds, by the name of the program. */
export type ProcessorTime = Readonly<Record<string, number>>;

/**
 * Adds up the processor time that all processes of a figure have used so far, on Linux: those that this one started (the service,
 * name servers) and the server of the database with its backends. This process itself only watches, and doesn't count.
 */
export async function readProcessorTime(databaseUrl: string): Promise<ProcessorTime> {
  const { all, server } = await withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
    const all = await listProcesses();
    return { all, server: all.find(({ id }) => id === rows[0]?.id)?.parent };
  });
  const totals: Record<string, number> = {};
  for (const { id, program, seconds } of all) {
    if (id !== process.pid && hasAncestor(all, id, [process.pid, server]))
      totals[program] = (totals[program] ?? 0) + seconds;
  }
  return totals;
}

/** What was used between two readings. */
export function subtractTimes(after: ProcessorTime, before: ProcessorTime): ProcessorTime {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

/** Adds up what all programs used. */
export function sumTimes(times: ProcessorTime): number {
  return Object.values(times).reduce((total, seconds) => total + seconds, 0);
}

function hasAncestor(all: readonly RunningProcess[], id: number, wanted: readonly (number | undefined)[]): boolean {
  for (let at: number | undefined = id; at !== undefined && at > 1; ) {
    if (wanted.includes(at)) return true;
    at = all.find((each) => each.id === at)?.parent;
  }
  return false;
}
