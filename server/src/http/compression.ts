import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { chooseEncoding } from './served-file.ts';

/** Shorter than this, an answer fits into one packet or two either way. */
const MIN_OCTETS = 1_024;
/** Fast: a list shrinks to a tenth of its size, and a better level would take three times as long for a fifth of the rest. */
const LEVEL = 3;
const zip = promisify(gzip);

/**
 * Compresses what is read as JSON, on another thread. Only answers to reads, and never one that holds a secret: the length of a
 * compressed answer tells whether what somebody put into it is like what stands beside it (BREACH). docs/decisions/0032.
 */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || request.method !== 'GET' || reply.statusCode !== 200) return payload;
    if (request.routeOptions.config?.access === 'pull private keys') return payload;
    if (!String(reply.getHeader('content-type')).startsWith('application/json')) return payload;
    if (reply.hasHeader('content-encoding') || Buffer.byteLength(payload) <= MIN_OCTETS) return payload;
    reply.header('vary', 'accept-encoding');
    if (chooseEncoding(request.headers['accept-encoding'], ['gzip']) === null) return payload;
    const compressed = await zip(payload, { level: LEVEL });
    reply.header('content-encoding', 'gzip');
    return compressed;
  });
}
