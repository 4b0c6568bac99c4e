import type { Target } from './sockets.ts';

/** Knows which servers are asked so often that sockets of their own pay: the resolvers, and those of large DNS providers. */
export interface BusyServers {
  /** Counts a question; says whether the server is busy. */
  note(target: Target): boolean;
}

interface Counted {
  readonly port: number;
  asked: number;
  since: number;
  isBusy: boolean;
}

const OFTEN = 256;
const WINDOW_MS = 60_000;
const MAX_BUSY = 4;
const MAX_COUNTED = 1_000;

/**
 * Builds it: at most four servers are busy, each as long as it is asked 256 times a minute.
 * @param now milliseconds that never go back
 * @param onQuiet told of the address of a server that no longer is
 */
export function createBusyServers(now: () => number, onQuiet: (address: string) => void): BusyServers {
  const counted = new Map<string, Counted>();
  const busy = new Map<string, Counted>();

  const makeQuiet = (address: string, server: Counted): void => {
    server.isBusy = false;
    busy.delete(address);
    onQuiet(address);
  };

  const findPlace = (at: number): boolean => {
    for (const [address, server] of busy) if (at - server.since > 2 * WINDOW_MS) makeQuiet(address, server);
    return busy.size < MAX_BUSY;
  };

  const count = ({ address, port }: Target, at: number): Counted => {
    const known = counted.get(address);
    // Two servers at one address are not both known: real ones all have port 53.
    if (known?.port === port) return known;
    if (known?.isBusy) makeQuiet(address, known);
    for (const oldest of counted.keys()) {
      if (counted.size < MAX_COUNTED) break;
      if (!busy.has(oldest)) counted.delete(oldest);
    }
    const server = { port, asked: 0, since: at, isBusy: false };
    counted.set(address, server);
    return server;
  };

  return {
    note: (target) => {
      const at = now();
      const server = count(target, at);
      if (at - server.since > WINDOW_MS) {
        if (server.isBusy && server.asked < OFTEN) makeQuiet(target.address, server);
        server.asked = 0;
        server.since = at;
      }
      server.asked += 1;
      if (!server.isBusy && server.asked >= OFTEN && findPlace(at)) {
        server.isBusy = true;
        busy.set(target.address, server);
      }
      return server.isBusy;
    },
  };
}
