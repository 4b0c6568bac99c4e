import type { FastifyRequest } from 'fastify';
import { validationError } from '../core/errors.ts';

/** Reads the `Idempotency-Key` of a request; null for none. @throws AppError VALIDATION_FAILED */
export function readIdempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw validationError('headers.idempotency-key', 'Idempotency-Key must be 1 to 255 printable ASCII characters.');
}
