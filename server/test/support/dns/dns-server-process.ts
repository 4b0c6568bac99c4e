import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startDnsServer } from './dns-server.ts';
import type { ZoneSetup } from './dns-server-zones.ts';

/** A DNS server of `dns-server.ts` in a process of its own: what it costs is not what the service costs. */
export interface DnsServerProcess {
  readonly port: number;
  readonly resolver: { readonly address: string; readonly port: number };
  setZone(name: string, setup: ZoneSetup): Promise<void>;
  /** How many questions have come in for names within a domain, and at authoritative servers only. */
  countQuestions(within: string): Promise<number>;
  close(): Promise<void>;
}

type Request =
  | { readonly do: 'zone'; readonly name: string; readonly setup: ZoneSetup }
  | { readonly do: 'count'; readonly within: string };
type Reply = { readonly port: number; readonly address: string } | number | null;

const FILE = fileURLToPath(import.meta.url);

/** Starts it; it ends with this process. */
export async function startDnsServerProcess(): Promise<DnsServerProcess> {
  const child = fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const receive = async (): Promise<Reply> => (await once(child, 'message'))[0] as Reply;
  let last: Promise<unknown> = Promise.resolve();
  const ask = (request: Request): Promise<Reply> => {
    const asked = last.then(() => {
      const reply = receive();
      child.send(request);
      return reply;
    });
    last = asked;
    return asked;
  };
  const started = await receive();
  if (started === null || typeof started === 'number') throw new Error('The DNS server did not say where it listens.');
  return {
    port: started.port,
    resolver: started,
    setZone: async (name, setup) => void (await ask({ do: 'zone', name, setup })),
    countQuestions: async (within) => Number(await ask({ do: 'count', within })),
    async close() {
      const closed = once(child, 'close');
      child.disconnect();
      await closed;
    },
  };
}

async function serve(): Promise<void> {
  const dns = await startDnsServer();
  const reply = (answer: Reply) => process.send?.(answer);
  process.on('disconnect', () => void dns.close().then(() => process.exit(0)));
  process.on('message', (request: Request) => {
    if (request.do === 'zone') {
      dns.setZone(request.name, request.setup);
      return reply(null);
    }
    const { within } = request;
    const isWithin = (name: string) => name === within || name.endsWith(`.${within}`);
    reply(dns.questions.filter(({ name, address }) => address !== dns.resolver.address && isWithin(name)).length);
  });
  reply({ port: dns.port, address: dns.resolver.address });
}

if (process.argv[1] === FILE && process.send) await serve();
