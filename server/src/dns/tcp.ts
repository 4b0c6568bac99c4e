import { connect } from 'node:net';
import type { Fault } from '../core/answers/failure.ts';
import type { Budget } from './budget.ts';
import type { Target } from './sockets.ts';

/** What came of a question over TCP. */
export type TcpOutcome =
  | { readonly ok: true; readonly message: Buffer }
  | { readonly ok: false; readonly fault: Fault };

/**
 * Asks one question over TCP (RFC 7766): connect, send, read exactly one message. The time is for all of it, so that a
 * server which sends an octet a second gains nothing by it; no more than the length it announced is kept.
 */
export function exchangeTcp(target: Target, query: Buffer, timeoutMs: number, budget: Budget): Promise<TcpOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.address, port: target.port });
    const chunks: Buffer[] = [];
    let received = 0;
    let expected: number | undefined;
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
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length, 0);
      socket.write(Buffer.concat([length, query]));
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received < 2) return;
      expected ??= 2 + Buffer.concat(chunks).readUInt16BE(0);
      if (received >= expected) settle({ ok: true, message: Buffer.concat(chunks).subarray(2, expected) });
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle({ ok: false, fault: { kind: 'unreachable', transport: 'tcp', error: error.code ?? error.message } }),
    );
    socket.on('end', () => settle({ ok: false, fault: { kind: 'closed', isCut: received > 0 } }));
  });
}
