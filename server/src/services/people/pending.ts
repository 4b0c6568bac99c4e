import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../core/errors.ts';
import { insertUsedChallenge } from '../../db/queries/people/second-factors.ts';
import type { Context } from '../context.ts';
import type { Visitor } from '../ports.ts';
import { formatCookie, readCookie } from './cookies.ts';

/*
 * What a browser is in the middle of: it has given a password and owes a code, or it was sent a challenge. It stands in a
 * signed cookie that only this browser has, so that nobody without an account can make us store anything. A challenge is
 * used up in the database, where it was answered.
 */

type PendingContext = Pick<Context, 'signer' | 'publicUrl' | 'clock'>;

const MINUTES = 10;

const pendingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('code'), userId: z.string() }),
  z.strictObject({
    kind: z.literal('oidc'),
    purpose: z.enum(['sign_in', 'invite', 'proof', 'link']),
    secrets: z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string() }),
    sessionId: z.string().nullable(),
    /** The page to go on to, or the token of an invitation. */
    detail: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal('join'), userId: z.string(), issuer: z.string(), subject: z.string() }),
  z.strictObject({ kind: z.literal('passkey'), challenge: z.string(), sessionId: z.string().nullable() }),
]);

/** What a browser is in the middle of. */
export type Pending = z.output<typeof pendingSchema>;

const envelopeSchema = z.strictObject({ endsAt: z.number(), pending: pendingSchema });

/** Formats the cookie that holds it, in the place of what was there. */
export function formatPending(ctx: PendingContext, pending: Pending): string {
  const endsAt = ctx.clock.now().getTime() + MINUTES * 60_000;
  const text = Buffer.from(JSON.stringify({ endsAt, pending })).toString('base64url');
  return formatCookie(ctx, cookieOf(pending.kind), `pending:${text}`, MINUTES * 60);
}

/** Reads what a browser is in the middle of. @throws AppError UNAUTHORIZED where that is something else, or too long ago */
export function readPending<K extends Pending['kind']>(
  ctx: PendingContext,
  visitor: Visitor,
  kind: K,
): FoundPending<K> {
  const found = findPending(ctx, visitor, kind);
  if (!found) throw new AppError('UNAUTHORIZED', 'That took too long. Please begin again.');
  return found;
}

type FoundPending<K extends Pending['kind']> = Extract<Pending, { kind: K }> & { readonly endsAt: Date };

/** Finds what a browser is in the middle of; null where that is something else, or too long ago. */
export function findPending<K extends Pending['kind']>(
  ctx: PendingContext,
  visitor: Visitor,
  kind: K,
): FoundPending<K> | null {
  const [start, text = ''] = readCookie(ctx, visitor, cookieOf(kind))?.split(':') ?? [];
  const found = start === 'pending' ? envelopeSchema.safeParse(parseJson(text)).data : undefined;
  if (found?.pending.kind !== kind || found.endsAt <= ctx.clock.now().getTime()) return null;
  return { ...(found.pending as Extract<Pending, { kind: K }>), endsAt: new Date(found.endsAt) };
}

/** Uses a challenge up. @throws AppError UNAUTHORIZED where it was used before */
export async function takeChallenge(
  ctx: Pick<Context, 'db' | 'clock'>,
  challenge: string,
  endsAt: Date,
): Promise<void> {
  const hash = createHash('sha256').update(challenge).digest();
  if (!(await insertUsedChallenge(ctx.db, hash, ctx.clock.now(), endsAt)))
    throw new AppError('UNAUTHORIZED', 'That was used before. Please begin again.');
}

/** An identity to be joined outlives the code and the passkey that are asked for meanwhile. */
function cookieOf(kind: Pending['kind']): 'pending' | 'join' {
  return kind === 'join' ? 'join' : 'pending';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    // Signed by us and no JSON: of another version.
    return null;
  }
}
