import { connect } from 'node:net';
import type { Fault } from '../core/answers/failure.ts';
import type { Budget } from './budget.ts';
import type { Target } from './udp/sockets.ts';

/** What came of a question over TCP. */
export type TcpOutcome =
  | { readonly ok: true; readonly message: Buffer }
  | { readonly ok: false; readonly fault: Fault };

/** Before each message stands its length (RFC 1035 §4.2.2). */
const PREFIX_OCTETS = 2;
/**
 * All sockets are read into this, one after the other, and what is wanted is copied out at once. Otherwise each would have a
 * buffer of 64 KB made for every read, and thirteen servers that each send as much cost more in memory than in anything else.
 */
const READ = new Uint8Array(65_536);

/**
 * Asks one question over TCP (RFC 7766): connect, send, read exactly one message. The time is for all of it, so that a
 * server which sends an octet a second gains nothing by it; no more than the length it announced is kept.
 */
export function exchangeTcp(target: Target, query: Buffer, timeoutMs: number, budget: Budget): Promise<TcpOutcome> {
  return new Promise((resolve) => {
    const prefix = Buffer.alloc(PREFIX_OCTETS);
    let message: Buffer | null = null;
    let received = 0;
    const take = (chunk: Uint8Array): void => {
      let at = 0;
      for (; received < PREFIX_OCTETS && at < chunk.length; at++) prefix[received++] = chunk[at] ?? 0;
      if (received < PREFIX_OCTETS) return;
      message ??= Buffer.allocUnsafe(prefix.readUInt16BE(0));
      const end = received - PREFIX_OCTETS;
      const part = chunk.subarray(at, at + message.length - end);
      message.set(part, end);
      received += part.length;
      if (received === PREFIX_OCTETS + message.length) settle({ ok: true, message });
    };
    const onread = {
      buffer: READ,
      callback: (length: number) => {
        take(READ.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ host: target.address, port: target.port, onread });
    const settle = (outcome: TcpOutcome) => {
      clearTimeout(timer);
      withdraw();
      socket.destroy();
      resolve(outcome);
    };
    const expire = () => settle({ ok: false, fault: { kind: 'silent', transport: 'tcp' } });
    const timer = setTimeout(expire, Math.min(timeoutMs, budget.remainingMs()));
    const withdraw = budget.onCancel(expire);
    socket.setNoDelay(true);
    socket.on('connect', () => {
      const length = Buffer.alloc(PREFIX_OCTETS);
      length.writeUInt16BE(query.length, 0);
      socket.write(Buffer.concat([length, query]));
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle({ ok: false, fault: { kind: 'unreachable', transport: 'tcp', error: error.code ?? error.message } }),
    );
    socket.on('end', () => settle({ ok: false, fault: { kind: 'closed', isCut: received > 0 } }));
  });
}
