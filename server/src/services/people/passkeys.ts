import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { AppError } from '../../core/errors.ts';
import { buildId, isId, type UserId } from '../../core/ids.ts';
import * as table from '../../db/queries/people/second-factors.ts';
import { noteProof } from '../../db/queries/people/sessions.ts';
import type { Context } from '../context.ts';
import type { Person, Visitor } from '../ports.ts';
import { formatPending, readPending, takeChallenge } from './pending.ts';

/*
 * Passkeys (WebAuthn Level 3). One proves who somebody is by itself, device and fingerprint or PIN together, so it signs in
 * without a password and counts as a second factor. The package that checks what browsers send is loaded at the first use.
 */

const MAX_PASSKEYS = 20;
/** EdDSA, ES256 and RS256: what every authenticator has one of. The package would ask Node.js for experimental ones. */
const ALGORITHMS = [-8, -7, -257];

type PasskeyContext = Pick<Context, 'db' | 'clock' | 'randomBytes' | 'signer' | 'publicUrl'>;

/** What a browser is asked, as JSON (WebAuthn §5.1.8 and §5.1.9), and the cookie that remembers it. */
export interface PasskeyQuestion {
  readonly options: object;
  readonly cookies: string[];
}

/** Asks a browser to make a passkey for `person`. */
export async function askForNewPasskey(ctx: PasskeyContext, person: Person): Promise<PasskeyQuestion> {
  const { generateRegistrationOptions } = await load();
  const known = await table.listPasskeys(ctx.db, person.userId);
  if (known.length >= MAX_PASSKEYS)
    throw new AppError('VALIDATION_FAILED', `An account has at most ${MAX_PASSKEYS} passkeys. Remove one first.`);
  const options = await generateRegistrationOptions({
    rpName: 'AutoSend Domains',
    rpID: new URL(ctx.publicUrl).hostname,
    userID: new Uint8Array(Buffer.from(person.userId)),
    userName: person.email,
    userDisplayName: person.name,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { options, cookies: [remember(ctx, options.challenge, person.sessionId)] };
}

/** Stores the passkey that a browser made. @throws AppError UNAUTHORIZED, VALIDATION_FAILED */
export async function addPasskey(
  ctx: PasskeyContext,
  visitor: Visitor,
  person: Person,
  { name, response }: { name: string; response: Readonly<Record<string, unknown>> },
): Promise<void> {
  const { verifyRegistrationResponse } = await load();
  const { challenge, sessionId, endsAt } = readPending(ctx, visitor, 'passkey');
  if (sessionId !== person.sessionId) throw notValid();
  await takeChallenge(ctx, challenge, endsAt);
  const { registrationInfo: made } = await verifyRegistrationResponse({
    // What it holds is for the package to check: that is its work.
    response: response as unknown as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: new URL(ctx.publicUrl).origin,
    expectedRPID: new URL(ctx.publicUrl).hostname,
    supportedAlgorithmIDs: ALGORITHMS,
    requireUserVerification: true,
  }).catch(refuse);
  if (!made) throw notValid();
  const now = ctx.clock.now();
  const isStored = await ctx.db.transaction(async (tx) => {
    const inserted = await table.insertPasskey(tx, {
      id: buildId(now, ctx.randomBytes(8)),
      userId: person.userId,
      credentialId: made.credential.id,
      publicKey: Buffer.from(made.credential.publicKey),
      signCount: made.credential.counter,
      name,
      createdAt: now,
      lastUsedAt: null,
    });
    if (inserted) await noteProof(tx, person.sessionId, { authenticatedAt: now, hasSecondFactor: true });
    return inserted;
  });
  if (!isStored) throw new AppError('VALIDATION_FAILED', 'This passkey is known already.');
}

/** Takes a passkey away. @throws AppError NOT_FOUND */
export async function removePasskey(ctx: Pick<Context, 'db'>, userId: UserId, id: string): Promise<void> {
  const isDeleted = await ctx.db.transaction(async (tx) => {
    const deleted = isId(id) && (await table.deletePasskey(tx, userId, id));
    await table.forgetSecondFactor(tx, userId);
    return deleted;
  });
  if (!isDeleted) throw new AppError('NOT_FOUND', 'Passkey not found.');
}

/** Asks a browser for a passkey: any of this site to sign in, one of `person` to prove who they are. */
export async function askForPasskey(ctx: PasskeyContext, person: Person | null): Promise<PasskeyQuestion> {
  const { generateAuthenticationOptions } = await load();
  const known = person ? await table.listPasskeys(ctx.db, person.userId) : [];
  const options = await generateAuthenticationOptions({
    rpID: new URL(ctx.publicUrl).hostname,
    userVerification: 'required',
    // Without a list the browser offers what it has, and nobody learns from us who has an account.
    allowCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
  });
  return { options, cookies: [remember(ctx, options.challenge, person?.sessionId ?? null)] };
}

/**
 * Checks the answer to the question of `askForPasskey`.
 * @returns whose passkey it is @throws AppError UNAUTHORIZED
 */
export async function checkPasskey(
  ctx: PasskeyContext,
  visitor: Visitor,
  person: Person | null,
  response: Readonly<Record<string, unknown>>,
): Promise<UserId> {
  const { verifyAuthenticationResponse } = await load();
  const { challenge, sessionId, endsAt } = readPending(ctx, visitor, 'passkey');
  if (sessionId !== (person?.sessionId ?? null)) throw notValid();
  await takeChallenge(ctx, challenge, endsAt);
  const passkey = typeof response.id === 'string' ? await table.findPasskey(ctx.db, response.id) : null;
  if (!passkey || (person && passkey.userId !== person.userId)) throw notValid();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: response as unknown as AuthenticationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: new URL(ctx.publicUrl).origin,
    expectedRPID: new URL(ctx.publicUrl).hostname,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: passkey.signCount,
    },
    requireUserVerification: true,
  }).catch(refuse);
  if (!verified) throw notValid();
  await table.touchPasskey(ctx.db, passkey.id, authenticationInfo.newCounter, ctx.clock.now());
  return passkey.userId;
}

function load() {
  return import('@simplewebauthn/server');
}

function remember(ctx: PasskeyContext, challenge: string, sessionId: string | null): string {
  return formatPending(ctx, { kind: 'passkey', challenge, sessionId });
}

function refuse(cause: unknown): never {
  throw notValid(cause);
}

function notValid(cause?: unknown): AppError {
  return new AppError('UNAUTHORIZED', 'This passkey was not accepted. Please try again, or use another way.', {
    cause,
  });
}
