import type { Identity } from '../../core/access/identity-provider.ts';
import type { ProjectRole } from '../../core/access/roles.ts';
import { mayInvite } from '../../core/access/standing.ts';
import { AppError } from '../../core/errors.ts';
import { buildId, isId, type ProjectId, type UserId } from '../../core/ids.ts';
import { createLinkToken, hashLinkToken, parseLinkToken } from '../../crypto/link-tokens.ts';
import * as table from '../../db/queries/people/invitations.ts';
import { holdRole, insertMembership } from '../../db/queries/people/memberships.ts';
import { findUserByEmail, insertIdentity, insertUser } from '../../db/queries/people/users.ts';
import { findActing } from '../audit/acting.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { addWithinQuota } from '../node/quotas.ts';
import type { Person, Visitor } from '../ports.ts';
import { requireReach } from './members.ts';
import { hashNewPassword } from './new-passwords.ts';
import { type SignedIn, type SignInContext, signIn } from './sign-in.ts';
import { requireStanding } from './standing.ts';

export type { StoredInvitation } from '../../db/queries/people/invitations.ts';

const VALID_MS = 7 * 86_400_000;

/** An account that somebody makes while accepting. */
export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Makes an invitation to a project. The link is in this answer only.
 * @throws AppError FORBIDDEN where an owner is invited by somebody who is none
 */
export async function createInvitation(
  ctx: Pick<Context, 'db' | 'clock' | 'randomBytes' | 'publicUrl' | 'quotas'>,
  person: Person,
  input: { projectId: ProjectId; role: ProjectRole; email: string | undefined },
): Promise<table.StoredInvitation & { url: string }> {
  const now = ctx.clock.now();
  const token = createLinkToken('invite');
  const invitation = {
    id: buildId(now, ctx.randomBytes(8)),
    projectId: input.projectId,
    role: input.role,
    email: input.email ?? null,
    createdBy: person.userId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + VALID_MS),
    acceptedAt: null,
    revokedAt: null,
  };
  const authorRole = await addWithinQuota(ctx, 'invitations', { projectId: input.projectId }, async (tx) => {
    const role = await requireStanding(tx, person, input.projectId, 'admin');
    requireReach(role, input.role);
    await table.insertInvitation(tx, { ...invitation, tokenHash: hashLinkToken(token) });
    await noteAction(tx, now, {
      action: 'invitation.created',
      projectId: input.projectId,
      object: { kind: 'invitation', id: invitation.id, name: invitation.email },
      after: { role: input.role },
    });
    return role;
  });
  // After the "#", which browsers keep to themselves: whoever has the token joins.
  return { ...invitation, invitedBy: person.name, authorRole, url: `${ctx.publicUrl}/invite#${token}` };
}

/** Lists a project's invitations, newest first. */
export function listInvitations(ctx: Pick<Context, 'db'>, projectId: ProjectId): Promise<table.StoredInvitation[]> {
  return table.listInvitations(ctx.db, projectId);
}

/** Whether an invitation can still be accepted at `now`, and if not, why. One whose author could not make it any more has ended with that. */
export function describeInvitation(
  { acceptedAt, revokedAt, expiresAt, authorRole, role }: table.StoredInvitation,
  now: Date,
): 'open' | 'accepted' | 'revoked' | 'expired' {
  if (acceptedAt) return 'accepted';
  if (revokedAt || !mayInvite(authorRole, role)) return 'revoked';
  return expiresAt <= now ? 'expired' : 'open';
}

/** Revokes an invitation, unless it was accepted. @throws AppError NOT_FOUND */
export async function revokeInvitation(
  ctx: Pick<Context, 'db' | 'clock'>,
  projectId: ProjectId,
  id: string,
): Promise<void> {
  const now = ctx.clock.now();
  const revoked =
    isId(id) &&
    (await ctx.db.transaction(async (tx) => {
      const outcome = await table.revokeInvitation(tx, projectId, id, now);
      const object = { kind: 'invitation', id, name: null };
      if (outcome === 'revoked') await noteAction(tx, now, { action: 'invitation.revoked', projectId, object });
      return outcome;
    }));
  if (!revoked) throw new AppError('NOT_FOUND', 'Invitation not found in this project.');
}

/** Gets an invitation that can be accepted. @throws AppError NOT_FOUND, the same whether it was used, ended or never was */
export async function getOpenInvitation(ctx: Pick<Context, 'db' | 'clock'>, text: string) {
  const token = parseLinkToken('invite', text);
  const found = token && (await table.findOpenInvitation(ctx.db, hashLinkToken(token), ctx.clock.now()));
  if (!found || !mayInvite(found.authorRole, found.role)) throw invitationNotValid();
  return found;
}

/**
 * Accepts an invitation: as `person`, or where an account is given, with that new one, or with the one that has its address
 * already, if the password is its password. Someone who is in the project already keeps their role.
 * @returns cookies: of a session that was begun for it
 * @throws AppError NOT_FOUND, FORBIDDEN for an invitation of somebody else, VALIDATION_FAILED, UNAUTHORIZED, RATE_LIMIT_EXCEEDED
 */
export async function acceptInvitation(
  ctx: SignInContext,
  visitor: Visitor,
  person: Pick<Person, 'userId' | 'email'> | null,
  { token, account }: { token: string; account: NewAccount | undefined },
): Promise<SignedIn & { projectId: ProjectId }> {
  const invitation = await getOpenInvitation(ctx, token);
  const { projectId } = invitation;
  if (account) {
    requireInvited(invitation, account.email);
    const userId = buildId(ctx.clock.now(), ctx.randomBytes(8)) as UserId;
    const isTaken = (await findUserByEmail(ctx.db, account.email)) !== null;
    const isNew = !isTaken && (await join(ctx, invitation, userId, account));
    // An address that has an account: only its password proves that it is theirs, and it counts as an attempt to sign in.
    const session = await signIn(ctx, visitor, account);
    // Who owes a code has not proved yet who they are: they sign in, and accept again.
    if (!isNew && !session.needsCode) await join(ctx, invitation, session.userId);
    return { ...session, projectId };
  }
  if (!person)
    throw new AppError('VALIDATION_FAILED', 'Sign in first, or send name, email and password for a new account.', {
      details: [{ field: 'account', message: 'account is missing.' }],
    });
  requireInvited(invitation, person.email);
  await join(ctx, invitation, person.userId);
  return { userId: person.userId, projectId, cookies: [], needsCode: false };
}

/** Accepts an invitation with a new account for an identity of single sign-on. @throws AppError NOT_FOUND, FORBIDDEN for an invitation of somebody else */
export async function joinByIdentity(
  ctx: Pick<Context, 'db' | 'clock' | 'randomBytes'>,
  token: string,
  account: Omit<NewAccount, 'password'> & { readonly identity: Pick<Identity, 'issuer' | 'subject'> },
): Promise<{ userId: UserId; projectId: ProjectId }> {
  const invitation = await getOpenInvitation(ctx, token);
  requireInvited(invitation, account.email);
  const userId = buildId(ctx.clock.now(), ctx.randomBytes(8)) as UserId;
  if (!(await join(ctx, invitation, userId, { ...account, password: null }))) throw invitationNotValid();
  return { userId, projectId: invitation.projectId };
}

function requireInvited(invitation: { email: string | null }, email: string): void {
  if (invitation.email !== null && invitation.email !== email)
    throw new AppError('FORBIDDEN', 'This invitation is for a different email address.');
}

/** An account that is made while joining: with a password, or with an identity of single sign-on. */
interface JoiningAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string | null;
  readonly identity?: Pick<Identity, 'issuer' | 'subject'>;
}

/**
 * Uses an invitation up, with the new account in the same transaction where there is one; false where its address was taken
 * meanwhile. Whoever wrote it must still be allowed to at that moment: their role is held until it is done.
 */
async function join(
  ctx: Pick<Context, 'db' | 'clock' | 'randomBytes'>,
  { id, projectId, role, createdBy }: { id: string; projectId: ProjectId; role: ProjectRole; createdBy: UserId | null },
  userId: UserId,
  account?: JoiningAccount,
): Promise<boolean> {
  const passwordHash = account?.password ? await hashNewPassword(account.password, account, 'account.password') : null;
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const authorRole = createdBy && (await holdRole(tx, projectId, createdBy));
    if (!mayInvite(authorRole, role)) throw invitationNotValid();
    if (account) {
      const { name, email } = account;
      const user = { id: userId, name, email, passwordHash, isInstanceOwner: false, createdAt: now };
      if (!(await insertUser(tx, user))) return false;
      const { identity } = account;
      if (identity && !(await insertIdentity(tx, { id: buildId(now, ctx.randomBytes(8)), userId, ...identity, now })))
        throw invitationNotValid();
    }
    if (!(await table.acceptInvitation(tx, id, now))) throw invitationNotValid();
    const isNew = await insertMembership(tx, { projectId, userId, role, createdAt: now });
    // Whoever makes an account with it is nobody before.
    const object = { kind: 'person', id: userId, name: account?.name ?? findActing().actor.name };
    if (isNew)
      await noteAction(tx, now, { action: 'member.joined', projectId, object, after: { role, invitation: id } });
    return true;
  });
}

function invitationNotValid(): AppError {
  return new AppError('NOT_FOUND', 'This invitation is no longer valid. Ask for a new one.');
}
