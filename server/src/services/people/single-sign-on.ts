import type { Identity } from '../../core/access/identity-provider.ts';
import { AppError } from '../../core/errors.ts';
import { buildId, type UserId } from '../../core/ids.ts';
import { tameText } from '../../core/plain-text.ts';
import { noteProof } from '../../db/queries/people/sessions.ts';
import * as users from '../../db/queries/people/users.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import type { Person, Visitor } from '../ports.ts';
import { acceptInvitation, joinByIdentity } from './invitations.ts';
import { formatPending, readPending, takeChallenge } from './pending.ts';
import { hasTotp } from './second-factor.ts';
import { enter, type SignInContext } from './sign-in.ts';

/*
 * Single sign-on. An account is found by issuer and subject, never by its address: whoever made an account with somebody
 * else's address would lie in wait for them. Where the provider vouches for an address that has an account, that account's own
 * password or passkey joins the two, once. New accounts come from invitations here, too.
 */

/** What a round at the provider is for. */
export type Purpose = 'sign_in' | 'invite' | 'proof' | 'link';

/** Where the browser goes on after it. */
export interface Landing {
  readonly cookies: string[];
  /** A path of the dashboard. */
  readonly path: string;
}

type SsoContext = SignInContext & Pick<Context, 'identityProvider'>;

/** How old the proof at the provider may be, where it is asked for anew. */
const MAX_AGE_SECONDS = 300;

/** The issuer that people sign in with; null where there is none. */
export function findIssuer({ identityProvider }: Pick<Context, 'identityProvider'>): string | null {
  return identityProvider?.issuer ?? null;
}

/**
 * Begins a round at the provider.
 * @param detail for `sign_in` the page to go on to, for `invite` the invitation's token
 * @throws AppError NOT_FOUND where there is no provider, SERVICE_UNAVAILABLE where it does not answer
 */
export async function beginRound(
  ctx: SsoContext,
  person: Person | null,
  { purpose, detail }: { purpose: Purpose; detail: string | null },
): Promise<{ url: string; cookies: string[] }> {
  const provider = requireProvider(ctx);
  if (!person && (purpose === 'proof' || purpose === 'link')) throw new AppError('UNAUTHORIZED', 'Sign in first.');
  const secrets = await provider.createSecrets();
  const url = await provider.buildUrl(secrets, redirectUriOf(ctx), purpose === 'proof');
  const sessionId = person?.sessionId ?? null;
  return { url, cookies: [formatPending(ctx, { kind: 'oidc', purpose, secrets, sessionId, detail })] };
}

/**
 * Ends a round: with what the provider gave the browser along.
 * @param query of the address that the browser came back to
 * @throws AppError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, SERVICE_UNAVAILABLE
 */
export async function endRound(
  ctx: SsoContext,
  visitor: Visitor,
  person: Person | null,
  query: string,
): Promise<Landing> {
  const provider = requireProvider(ctx);
  const { purpose, secrets, sessionId, detail, endsAt } = readPending(ctx, visitor, 'oidc');
  const isOwn = purpose === 'proof' || purpose === 'link';
  if (isOwn && (!person || person.sessionId !== sessionId)) throw new AppError('UNAUTHORIZED', 'Sign in first.');
  await takeChallenge(ctx, `oidc:${secrets.state}`, endsAt);
  const maxAge = purpose === 'proof' ? MAX_AGE_SECONDS : undefined;
  const identity = await provider.readAnswer(secrets, `${redirectUriOf(ctx)}${query}`, maxAge);
  const userId = await users.findIdentityOwner(ctx.db, identity.issuer, identity.subject);
  if (person && purpose === 'proof') return prove(ctx, person, userId, identity);
  if (person && purpose === 'link') return link(ctx, person, userId, identity);
  if (purpose === 'invite') return acceptBy(ctx, visitor, userId, identity, detail ?? '');
  if (userId) return signInAs(ctx, visitor, userId, identity, detail);
  return askToJoin(ctx, identity);
}

/** Takes the identity of `person` away. @throws AppError FORBIDDEN where they could not sign in any more */
export async function unlink(ctx: Pick<Context, 'db'>, { userId }: Person): Promise<void> {
  if ((await users.findPasswordHash(ctx.db, userId)) === null)
    throw new AppError('FORBIDDEN', 'This account has no password: without single sign-on nobody could sign in to it.');
  await users.deleteIdentities(ctx.db, userId);
}

async function prove(ctx: SsoContext, person: Person, userId: UserId | null, identity: Identity): Promise<Landing> {
  if (userId !== person.userId) throw new AppError('UNAUTHORIZED', 'That is not the identity of this account.');
  const { hasSecondFactor } = identity;
  await noteProof(ctx.db, person.sessionId, { authenticatedAt: ctx.clock.now(), hasSecondFactor });
  return { cookies: [], path: '/confirmed' };
}

async function link(ctx: SsoContext, person: Person, userId: UserId | null, identity: Identity): Promise<Landing> {
  if (userId === null) await insertIdentity(ctx, person, identity);
  else if (userId !== person.userId) throw new AppError('FORBIDDEN', 'This identity belongs to another account.');
  return { cookies: [], path: '/account' };
}

async function signInAs(
  ctx: SsoContext,
  visitor: Visitor,
  userId: UserId,
  { hasSecondFactor }: Identity,
  to: string | null,
): Promise<Landing> {
  // The provider asked for one factor, and this account wants two.
  if (!hasSecondFactor && (await hasTotp(ctx, userId)))
    return { cookies: [formatPending(ctx, { kind: 'code', userId })], path: '/sign-in?step=code' };
  const isPath = to?.startsWith('/') === true && !/^\/[/\\]/.test(to);
  return { cookies: await enter(ctx, visitor, userId, hasSecondFactor), path: isPath ? to : '/' };
}

/** An identity that nobody has: the account with its address is asked to prove that it is the same person. */
async function askToJoin(ctx: SsoContext, identity: Identity): Promise<Landing> {
  const { issuer, subject } = identity;
  const known = await findByVerifiedEmail(ctx, identity);
  if (!known) throw new AppError('NOT_FOUND', 'No account belongs to this identity. Ask for an invitation.');
  return {
    cookies: [formatPending(ctx, { kind: 'join', userId: known, issuer, subject })],
    path: '/sign-in?step=join',
  };
}

async function acceptBy(
  ctx: SsoContext,
  visitor: Visitor,
  userId: UserId | null,
  identity: Identity,
  token: string,
): Promise<Landing> {
  if (userId === null && (await findByVerifiedEmail(ctx, identity))) return askToJoin(ctx, identity);
  if (userId !== null) {
    const landing = await signInAs(ctx, visitor, userId, identity, null);
    const user = await users.findUser(ctx.db, userId);
    if (!user || landing.path !== '/') return landing;
    const { projectId } = await acceptInvitation(
      ctx,
      visitor,
      { userId, email: user.email },
      { token, account: undefined },
    );
    return { ...landing, path: `/projects/${projectId}/domains` };
  }
  const { email, isEmailVerified, name } = identity;
  if (email === null || !isEmailVerified)
    throw new AppError('FORBIDDEN', 'The sign-in provider does not vouch for your email address.');
  const joined = await joinByIdentity(ctx, token, { name: tameText(name ?? email).slice(0, 100), email, identity });
  return {
    cookies: await enter(ctx, visitor, joined.userId, identity.hasSecondFactor),
    path: `/projects/${joined.projectId}/domains`,
  };
}

async function findByVerifiedEmail(ctx: SsoContext, { email, isEmailVerified }: Identity): Promise<UserId | null> {
  if (email === null || !isEmailVerified) return null;
  return (await users.findUserByEmail(ctx.db, email))?.id ?? null;
}

async function insertIdentity(ctx: SsoContext, { userId, name }: Person, { issuer, subject }: Identity): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    await users.insertIdentity(tx, { id: buildId(now, ctx.randomBytes(8)), userId, issuer, subject, now });
    const object = { kind: 'person', id: userId, name };
    const after = { singleSignOn: issuer };
    await noteAction(tx, now, { action: 'account.changed', projectId: null, object, after });
  });
}

function redirectUriOf({ publicUrl }: Pick<Context, 'publicUrl'>): string {
  return `${publicUrl}/api/oidc/callback`;
}

function requireProvider({ identityProvider }: Pick<Context, 'identityProvider'>) {
  if (!identityProvider) throw new AppError('NOT_FOUND', 'Single sign-on is not set up here.');
  return identityProvider;
}
