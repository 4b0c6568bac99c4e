import { readdir, readFile } from 'node:fs/promises';
import { withConnection } from './database.ts';

/** Processor time in seconds, by the name of the program. */
export type ProcessorTime = Readonly<Record<string, number>>;

/** The kernel counts in ticks; Linux shows 100 of them a second to everybody (proc(5), `_SC_CLK_TCK`). */
const TICKS_PER_SECOND = 100;

interface RunningProcess {
  readonly id: number;
  readonly parent: number;
  readonly program: string;
  readonly seconds: number;
}

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

async function listProcesses(): Promise<RunningProcess[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = await Promise.all(names.map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => null)));
  return read.flatMap((text) => (text === null ? [] : [parseStat(text)]));
}

/** Reads a line of /proc/<id>/stat (proc(5)). The time of children that have ended counts as their parent's. */
function parseStat(text: string): RunningProcess {
  const end = text.lastIndexOf(')');
  const fields = text
    .slice(end + 2)
    .split(' ')
    .map(Number);
  const ticks = fields.slice(11, 15).reduce((total, each) => total + each, 0);
  return {
    id: Number.parseInt(text, 10),
    parent: fields[1] ?? 0,
    program: text.slice(text.indexOf('(') + 1, end),
    seconds: ticks / TICKS_PER_SECOND,
  };
}
