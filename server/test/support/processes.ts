import { readdir, readFile } from 'node:fs/promises';

/** The kernel counts in ticks; Linux shows 100 of them a second to everybody (proc(5), `_SC_CLK_TCK`). */
const TICKS_PER_SECOND = 100;

/** A process, as Linux lists it. */
export interface RunningProcess {
  readonly id: number;
  readonly parent: number;
  readonly program: string;
  /** The processor time that it has used, with that of its children that have ended. */
  readonly seconds: number;
}

/** Lists all processes of this machine. */
export async function listProcesses(): Promise<RunningProcess[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // One that ends meanwhile is left out.
  const read = await Promise.all(names.map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => null)));
  return read.flatMap((text) => (text === null ? [] : [parseStat(text)]));
}

/** Reads a line of /proc/<id>/stat (proc(5)); in the name of the program may be anything. */
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
