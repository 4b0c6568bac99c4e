import type { FastifyInstance } from 'fastify';

/** More than any route takes: whoever sends more than this after the answer is cut off. */
const MAX_OCTETS = 32 * 1024 * 1024;
const MAX_MS = 10_000;

/**
 * Reads what is left of a body when its answer is sent, and throws it away: a request that was refused early would otherwise
 * stand before the next one on its connection. Beyond the bounds the connection is closed.
 */
export function dropRestOfBody(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    reply.raw.once('finish', () => {
      if (raw.readableEnded || raw.destroyed) return;
      if (!raw.complete) {
        let octets = 0;
        const timer = setTimeout(() => raw.socket.destroy(), MAX_MS);
        raw.once('close', () => clearTimeout(timer));
        raw.once('end', () => clearTimeout(timer));
        raw.on('error', () => clearTimeout(timer));
        raw.on('data', (chunk: Buffer) => {
          octets += chunk.length;
          if (octets > MAX_OCTETS) raw.socket.destroy();
        });
      }
      raw.resume();
    });
  });
}
