import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A request in full, as it goes over the wire, for the n-th time. */
export type FormatRequest = (n: number) => string;

/** What a load saw. */
export interface LoadResult {
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
  /** How long each answer took, in the order in which they came. */
  readonly timesMs: readonly number[];
}

/** How much is asked: so many requests, or as many as go in a time. */
export type Amount = { readonly count: number } | { readonly seconds: number };

/**
 * Asks a server over connections that stay open, each with one request under way. Reads no more of an answer than its status
 * and its length, so that the client costs as little as it can on a machine that it shares with the server.
 * @throws Error when a connection ends before its answer
 */
export async function loadHttp(
  port: number,
  clients: number,
  amount: Amount,
  formatRequest: FormatRequest,
): Promise<LoadResult> {
  const statuses = new Map<number, number>();
  const timesMs: number[] = [];
  const endsAt = 'seconds' in amount ? performance.now() + amount.seconds * 1000 : Number.POSITIVE_INFINITY;
  const count = 'count' in amount ? amount.count : Number.POSITIVE_INFINITY;
  let next = 0;
  const runClient = async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const reader = readAnswers(socket);
    while (next < count && performance.now() < endsAt) {
      const startedAt = performance.now();
      socket.write(formatRequest(next));
      next += 1;
      const status = await reader();
      timesMs.push(performance.now() - startedAt);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: clients }, runClient));
  return { statuses, timesMs };
}

/** Gives a function that waits for the next answer and gives its status. */
function readAnswers(socket: Socket): () => Promise<number> {
  let buffered = '';
  let settle: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  const fail = () =>
    settle?.reject(new Error(`The connection ended in the middle of an answer: ${buffered.slice(0, 200)}`));
  socket.setEncoding('latin1').on('close', fail).on('error', fail);
  socket.on('data', (text: string) => {
    buffered += text;
    const headEnd = buffered.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(buffered.slice(0, headEnd))?.[1];
    if (length === undefined) return settle?.reject(new Error('An answer did not say how long it is.'));
    if (buffered.length < headEnd + 4 + Number(length)) return;
    const status = Number(buffered.slice(9, 12));
    buffered = '';
    settle?.resolve(status);
  });
  return () =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
}

/** Fails unless every answer had this status. */
export function requireStatus({ statuses }: LoadResult, status: number): void {
  const others = [...statuses].filter(([each]) => each !== status);
  if (others.length > 0) throw new Error(`Some answers were not ${status}: ${JSON.stringify(others)}`);
}

/** Formats a request of one of our own clients. */
export function formatRequest(method: 'GET' | 'POST', path: string, apiKey: string, body?: unknown): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const content = text === '' ? '' : `content-type: application/json\r\ncontent-length: ${text.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${apiKey}\r\n${content}\r\n${text}`;
}
