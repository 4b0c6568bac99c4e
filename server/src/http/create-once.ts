import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode } from '../core/errors.ts';
import type { Db } from '../db/db.ts';
import type { Context } from '../services/context.ts';
import { runOnce } from '../services/node/idempotency.ts';
import { callerOf } from './auth.ts';
import { formatError, formatHelpLink, STATUS_OF } from './errors.ts';
import { readIdempotencyKey } from './idempotency-header.ts';
import { openLink, sealLink } from './sealed-link.ts';

/** Hides the address of a link in what is stored, or shows it again. */
type LinkCover = (text: string) => string;

/** What a request creates, and how it is answered. */
interface Creation<T, R> {
  /** The request in words; another one under the same key is refused. Only its SHA-256 is kept. */
  readonly fingerprint: string;
  /** Creates it. `onStored` belongs into the transaction of the effect, so that effect and answer stand or fall together. */
  create(onStored: ((tx: Db, created: T) => Promise<void>) | undefined): Promise<T>;
  /** The answer as it is stored: what is secret in it sealed. */
  toResponse(created: T, seal: LinkCover): R;
  /** Failures that a repeat must see again; after every other one it may be tried anew. */
  readonly finalFailures?: readonly ErrorCode[];
}

/** The answer as it was stored, and what opens the link in it. */
interface CreationAnswer<R> {
  readonly status: number;
  readonly response: R;
  readonly open: LinkCover;
}

/**
 * Runs a request that creates something. With an `Idempotency-Key` it runs once, and a repeat gets the first answer again
 * (`services/node/idempotency.ts`); without one it just runs.
 * @throws AppError IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_MISMATCH, VALIDATION_FAILED for the key, and what `create` throws
 */
export async function createOnce<T, R>(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  { fingerprint, create, toResponse, finalFailures = [] }: Creation<T, R>,
): Promise<CreationAnswer<R>> {
  const key = readIdempotencyKey(request);
  if (key === null) {
    const asItIs: LinkCover = (text) => text;
    return { status: 201, response: toResponse(await create(undefined), asItIs), open: asItIs };
  }
  const once = { projectId: callerOf(request).project.id, key };
  const toAnswer = (created: T) => ({ status: 201, response: toResponse(created, (url) => sealLink(ctx, url, once)) });
  const answer = await runOnce(ctx, once, fingerprint, async (finish) => {
    let stored: ReturnType<typeof toAnswer> | undefined;
    try {
      const created = await create(async (tx, result) => {
        stored = toAnswer(result);
        await finish(tx, stored);
      });
      return stored ?? toAnswer(created);
    } catch (error) {
      if (!(error instanceof AppError && finalFailures.includes(error.code))) throw error;
      const refused = { status: STATUS_OF[error.code], response: formatError(error) };
      await finish(ctx.db, refused);
      return refused;
    }
  });
  if (answer.replayed) reply.header('idempotent-replayed', 'true');
  if (answer.status >= 400)
    reply.header('link', formatHelpLink((answer.response as ReturnType<typeof formatError>).error.code));
  return { status: answer.status, response: answer.response as R, open: (sealed) => openLink(ctx, sealed, once) };
}
