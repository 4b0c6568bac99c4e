// One process of a crowd (`crowd.ts`): node crowd-member.ts <port> <connections> <kind>
import { connect, type Socket } from 'node:net';

const [port, size, kind] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
/** So many connect at once: more would overrun the queue of the listener and wait for its retries. */
const AT_ONCE = 200;
const DRIP_MS = 500;

const HEAD = 'HTTP/1.1\r\nHost: localhost\r\n';
const FIRST_WORDS: Readonly<Record<string, string>> = {
  silent: '',
  half: `GET /v1/domains ${HEAD}X-`,
  drip: `POST /api/session ${HEAD}Origin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`,
  unread: `GET /openapi.json ${HEAD}\r\n`.repeat(40),
};

const open = new Set<Socket>();

function join(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    // Half open: the other side has gone, and this one stays, as somebody does who wants to be a burden.
    for (const event of ['end', 'close'])
      socket.on(event, () => {
        open.delete(socket);
        resolve();
      });
    socket.on('connect', () => {
      open.add(socket);
      socket.write(FIRST_WORDS[kind ?? ''] ?? '');
      if (kind === 'unread') socket.pause();
      else socket.resume();
      resolve();
    });
  });
}

if (kind === 'drip' || kind === 'half')
  setInterval(() => {
    for (const socket of open) socket.write('a');
  }, DRIP_MS).unref();

for (let left = size; left > 0; left -= AT_ONCE)
  await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, join));
process.send?.(open.size);
process.on('message', () => process.send?.(open.size));
process.on('disconnect', () => process.exit());
