import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail server that takes every message and keeps it. */
export interface SmtpSink {
  readonly port: number;
  /** Every message that was delivered, oldest first, as its octets. */
  readonly messages: readonly Buffer[];
  close(): Promise<void>;
}

/** Starts the sink on a free port of 127.0.0.1. It speaks as much SMTP (RFC 5321) as Postfix needs to deliver. */
export async function startSmtpSink(): Promise<SmtpSink> {
  const messages: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let data: Buffer | null = null;
    let pending = '';
    socket.write('220 sink.example ESMTP\r\n');
    socket.on('data', (octets) => {
      pending += octets.toString('latin1');
      for (;;) {
        const end = pending.indexOf('\r\n');
        if (end < 0) return;
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (data === null) {
          if (/^DATA/i.test(line)) data = Buffer.alloc(0);
          socket.write(answer(line));
        } else if (line === '.') {
          messages.push(data);
          data = null;
          socket.write('250 kept\r\n');
        } else data = Buffer.concat([data, Buffer.from(`${line.replace(/^\./, '')}\r\n`, 'latin1')]);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(line: string): string {
  if (/^EHLO/i.test(line)) return '250-sink.example\r\n250 8BITMIME\r\n';
  if (/^DATA/i.test(line)) return '354 go on\r\n';
  return /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n';
}

/** Hands a message to a mail server on 127.0.0.1. @throws Error with its answer where it refuses */
export async function sendMail(port: number, from: string, to: string, message: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const expect = async (code: string): Promise<void> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done || !String(value).startsWith(code)) throw new Error(`The mail server said: ${value}`);
      if (String(value)[3] !== '-') return;
    }
  };
  const say = async (line: string, code: string): Promise<void> => {
    socket.write(`${line}\r\n`);
    await expect(code);
  };
  try {
    await expect('220');
    await say('EHLO client.example', '250');
    await say(`MAIL FROM:<${from}>`, '250');
    await say(`RCPT TO:<${to}>`, '250');
    await say('DATA', '354');
    await say(`${message.replaceAll(/^\./gm, '..')}\r\n.`, '250');
    await say('QUIT', '221');
  } finally {
    socket.destroy();
  }
}
