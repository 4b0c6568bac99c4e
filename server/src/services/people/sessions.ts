import { AppError } from '../../core/errors.ts';
import { buildId, isId, type UserId } from '../../core/ids.ts';
import { createSessionToken, hashSessionToken } from '../../crypto/session-tokens.ts';
import type { Db } from '../../db/db.ts';
import * as table from '../../db/queries/people/sessions.ts';
import type { Context } from '../context.ts';
import type { Person, Visitor } from '../ports.ts';
import { formatCookie, formatEndedCookie, readCookie } from './cookies.ts';
import { formatDevice } from './devices.ts';

/*
 * Where people are signed in. The browser has a random token in a signed cookie, the database its SHA-256. A session ends
 * 30 days after its last use, 90 days after it began, when it is ended, and when its person begins many others.
 */

type SessionContext = Pick<Context, 'db' | 'clock' | 'randomBytes' | 'signer' | 'publicUrl'>;

const DAY_MS = 86_400_000;
const IDLE_MS = 30 * DAY_MS;
const LIFE_MS = 90 * DAY_MS;
/** Open sessions of one account; the one used longest ago makes room. */
const MAX_SESSIONS = 20;
/** How exact the last use is. */
const TOUCH_AFTER_MS = 60_000;
/** The cookie is given again once a day, with its new end. */
const PROLONG_AFTER_MS = DAY_MS;

/**
 * Begins a session for somebody who has proved who they are.
 * @param db the transaction in which other sessions of theirs end, where there is one
 * @returns values of Set-Cookie
 */
export async function beginSession(
  ctx: SessionContext,
  visitor: Visitor,
  userId: UserId,
  { hasSecondFactor, db = ctx.db }: { hasSecondFactor: boolean; db?: Db },
): Promise<string[]> {
  const now = ctx.clock.now();
  const token = createSessionToken();
  await table.pruneSessions(db, userId, { now, bornAfter: bornAfter(now), keep: MAX_SESSIONS - 1 });
  await table.insertSession(db, {
    id: buildId(now, ctx.randomBytes(8)),
    userId,
    token: hashSessionToken(token),
    expiresAt: new Date(now.getTime() + IDLE_MS),
    ipAddress: visitor.address,
    userAgent: visitor.userAgent?.slice(0, 300) ?? null,
    createdAt: now,
    updatedAt: now,
    authenticatedAt: now,
    hasSecondFactor,
  });
  return [
    formatCookie(ctx, 'session_token', token, IDLE_MS / 1000),
    formatDevice(ctx, visitor, userId),
    formatEndedCookie(ctx, 'pending'),
  ];
}

/** Finds who is signed in, and notes the use. @returns values of Set-Cookie besides, where the session goes on for longer */
export async function findPerson(
  ctx: Pick<Context, 'db' | 'clock' | 'signer' | 'publicUrl'>,
  visitor: Visitor,
): Promise<{ person: Person | null; cookies: string[] }> {
  const token = readCookie(ctx, visitor, 'session_token');
  const now = ctx.clock.now();
  const found = token === null ? null : await table.findSession(ctx.db, hashSessionToken(token), now, bornAfter(now));
  if (token === null || !found) return { person: null, cookies: [] };
  const { session, user } = found;
  const person: Person = {
    userId: user.id,
    sessionId: session.id,
    name: user.name,
    email: user.email,
    isInstanceOwner: user.isInstanceOwner,
    authenticatedAt: session.authenticatedAt,
    hasSecondFactor: session.hasSecondFactor,
  };
  const isSeen = now.getTime() - session.updatedAt.getTime() < TOUCH_AFTER_MS;
  if (isSeen && session.ipAddress === visitor.address) return { person, cookies: [] };
  const endsAt = Math.min(now.getTime() + IDLE_MS, session.createdAt.getTime() + LIFE_MS);
  const isProlonged = endsAt - session.expiresAt.getTime() >= PROLONG_AFTER_MS;
  // Moved once a day only: the cookie's own end must not fall behind the row's for longer.
  const expiresAt = isProlonged ? new Date(endsAt) : session.expiresAt;
  await table.touchSession(ctx.db, session.id, { updatedAt: now, expiresAt, ipAddress: visitor.address });
  const seconds = Math.floor((endsAt - now.getTime()) / 1000);
  return { person, cookies: isProlonged ? [formatCookie(ctx, 'session_token', token, seconds)] : [] };
}

/** Ends the session of `person`. @returns values of Set-Cookie that clear the cookie */
export async function signOut(ctx: SessionContext, person: Person): Promise<string[]> {
  await table.deleteSession(ctx.db, person.userId, person.sessionId);
  return [formatEndedCookie(ctx, 'session_token')];
}

/** Lists where `person` is signed in, newest first. */
export function listSessions(ctx: Pick<Context, 'db' | 'clock'>, person: Person): Promise<table.StoredSession[]> {
  const now = ctx.clock.now();
  return table.listSessions(ctx.db, person.userId, now, bornAfter(now));
}

/** Whether a session is still open: asked again and again while live updates go out. */
export function isSessionOpen(ctx: Pick<Context, 'db' | 'clock'>, sessionId: string): Promise<boolean> {
  const now = ctx.clock.now();
  return table.isSessionOpen(ctx.db, sessionId, now, bornAfter(now));
}

/** Ends a session of `person`. @throws AppError NOT_FOUND */
export async function revokeSession(ctx: Pick<Context, 'db'>, person: Person, id: string): Promise<void> {
  if (!isId(id) || !(await table.deleteSession(ctx.db, person.userId, id)))
    throw new AppError('NOT_FOUND', 'Session not found.');
}

function bornAfter(now: Date): Date {
  return new Date(now.getTime() - LIFE_MS);
}
