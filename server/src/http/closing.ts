import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** So long what is under way may take to end once the server closes; then its connections are cut. */
const CLOSE_MS = 9_000;

/**
 * Has `app.close()` wait for requests, and for nothing else. Node.js closes connections that are idle after a request. One on
 * which nothing was ever sent counts as busy from the moment it is opened, and the timer that would end it stops with the
 * server, so it would be waited for until its client closes it: browsers open connections ahead, and fetch opens another one
 * for a request that was aborted.
 * @param closeMs how long requests, their answers, and bodies or headers that were begun may take
 */
export function boundClosing(app: FastifyInstance, closeMs = CLOSE_MS): void {
  const connections = new Set<Socket>();
  let isClosing = false;
  app.server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    // It was on its way to us when the server closed.
    if (isClosing) socket.destroy();
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    if (!app.server.listening) return;
    const cut = setTimeout(() => app.server.closeAllConnections(), closeMs);
    app.server.once('close', () => clearTimeout(cut));
  });
}
