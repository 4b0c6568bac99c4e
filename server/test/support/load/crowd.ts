import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the connections of a crowd do: nothing, half a header, a body that drips, an answer that nobody reads. */
export type CrowdKind = 'silent' | 'half' | 'drip' | 'unread';

/** Connections that never become a request that is served. */
export interface Crowd {
  /** How many are open now, as the client sees it. */
  count(): Promise<number>;
  leave(): Promise<void>;
}

const MEMBER = fileURLToPath(new URL('./crowd-member.ts', import.meta.url));
/** A process may open some thousands of sockets; a crowd is several processes. */
const OF_ONE_PROCESS = 10_000;

/** Opens `size` connections, in as many processes as that takes; resolves when each is open or was refused. */
export async function gatherCrowd(port: number, size: number, kind: CrowdKind): Promise<Crowd> {
  const sizes: number[] = [];
  for (let left = size; left > 0; left -= OF_ONE_PROCESS) sizes.push(Math.min(left, OF_ONE_PROCESS));
  const members = sizes.map((count) => fork(MEMBER, [String(port), String(count), kind], { execArgv: [] }));
  await Promise.all(members.map((member) => once(member, 'message')));
  return {
    async count() {
      const answers = members.map((member) => once(member, 'message') as Promise<[number]>);
      for (const member of members) member.send('count');
      return (await Promise.all(answers)).reduce((sum, [count]) => sum + count, 0);
    },
    async leave() {
      const gone = members.map((member) => once(member, 'close'));
      for (const member of members) member.kill();
      await Promise.all(gone);
    },
  };
}
