import type { FastifyRequest } from 'fastify';
import type { Action, AuditFacts } from '../../core/audit/entry.ts';
import { AppError } from '../../core/errors.ts';
import type { ProjectId, UserId } from '../../core/ids.ts';
import { noteAction } from '../../services/audit/audit.ts';
import type { Context } from '../../services/context.ts';
import { getAccount } from '../../services/people/accounts.ts';
import { findPending } from '../../services/people/pending.ts';
import type { Person, Visitor } from '../../services/ports.ts';
import type { DashboardCall } from '../../wire/dashboard/contract.ts';
import { noteActor } from '../acting.ts';

/** What is noted of a call about an account when it is done, and whether a refusal is noted as an attempt that failed. */
interface Audited {
  readonly done?: Action;
  readonly facts?: (person: Person | null, body: Readonly<Record<string, unknown>>) => Facts;
  readonly isProof?: true;
}

type Facts = { readonly before?: AuditFacts; readonly after?: AuditFacts };
type Whom = { readonly id: string | null; readonly name: string | null };
type AuditContext = Pick<Context, 'db' | 'clock' | 'signer' | 'publicUrl'>;

/** Calls that are about the account itself. That somebody signed in is noted where their session begins: `people/sign-in.ts`. */
const AUDITED: { readonly [K in DashboardCall]?: Audited } = {
  'POST /api/setup': { done: 'installation.set_up' },
  'POST /api/session': { isProof: true },
  'POST /api/session/code': { isProof: true },
  'POST /api/session/passkey': { isProof: true },
  'POST /api/session/proof': { isProof: true },
  'POST /api/session/proof/passkey': { isProof: true },
  'POST /api/invitations/accept': { isProof: true },
  'DELETE /api/session': { done: 'account.signed_out' },
  'POST /api/account/password': { done: 'account.password_changed', isProof: true },
  'DELETE /api/account/sessions/:sessionId': { done: 'account.session_ended' },
  'DELETE /api/accounts/:userId/sessions': { done: 'account.session_ended' },
  'DELETE /api/projects/:projectId/members/:userId/sessions': { done: 'account.session_ended' },
  'PATCH /api/account': changed((person, { name }) => describeChange('name', person?.name, name)),
  'POST /api/account/email': changed((person, { email }) => describeChange('email', person?.email, email)),
  'POST /api/account/totp/confirm': changed(() => describeChange('authenticatorApp', false, true)),
  'DELETE /api/account/totp': changed(() => describeChange('authenticatorApp', true, false)),
  'POST /api/account/recovery-codes': changed(() => ({ after: { recoveryCodes: 'replaced' } })),
  'POST /api/account/passkeys': changed((_, { name }) => ({ after: { passkey: String(name) } })),
  'DELETE /api/account/passkeys/:passkeyId': changed(() => ({ after: { passkey: 'removed' } })),
  'DELETE /api/account/identity': changed(() => ({ after: { singleSignOn: 'removed' } })),
};

/** Fields that prove who somebody is: what is wrong elsewhere is a slip and no failed attempt. */
const PROOFS = ['password', 'code', 'currentPassword'];

/** Runs the handler of a call, and notes what came of it where the call is about an account. */
export async function auditAccountCall(
  ctx: AuditContext,
  call: DashboardCall,
  {
    request,
    visitor,
    person,
    run,
  }: { request: FastifyRequest; visitor: Visitor; person: Person | null; run(): Promise<unknown> },
): Promise<unknown> {
  const audited = AUDITED[call];
  if (!audited) return run();
  const { done, facts, isProof } = audited;
  const body = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  try {
    const answer = await run();
    if (done) {
      const account = (await findConcerned(ctx, request, person)) ?? readAccount(answer);
      if (!person && account.id !== null) noteActor(request, { kind: 'person', ...account });
      const { projectId = null } = request.params as { projectId?: ProjectId };
      const object = { kind: 'person', ...account };
      await noteAction(ctx.db, ctx.clock.now(), { action: done, projectId, object, ...facts?.(person, body) });
    }
    return answer;
  } catch (error) {
    if (isProof && isFailedProof(error, body)) await noteRefusal(ctx, person, await findClaimed(ctx, visitor, body));
    throw error;
  }
}

/** Notes that somebody could not prove who they are: `person`, or whoever they claimed to be. */
export async function noteRefusal(
  ctx: Pick<Context, 'db' | 'clock'>,
  person: Person | null,
  claimed: Whom = { id: null, name: null },
): Promise<void> {
  const object = { kind: 'person', ...(person ? { id: person.userId, name: person.name } : claimed) };
  await noteAction(ctx.db, ctx.clock.now(), { action: 'account.sign_in_failed', projectId: null, object });
}

/** Whether somebody tried to prove who they are, and failed. */
function isFailedProof(error: unknown, body: Readonly<Record<string, unknown>>): boolean {
  if (!(error instanceof AppError)) return false;
  if (error.code !== 'VALIDATION_FAILED') return ['UNAUTHORIZED', 'RATE_LIMIT_EXCEEDED'].includes(error.code);
  // A code that was not given is asked for, and was not wrong.
  return (error.details ?? []).some(({ field }) => PROOFS.includes(field) && body[field] !== undefined);
}

function changed(facts: Audited['facts']): Audited {
  return { done: 'account.changed', ...(facts && { facts }) };
}

function describeChange(name: string, before: unknown, after: unknown): Facts {
  const asFact = (value: unknown) => (typeof value === 'boolean' ? value : String(value));
  return { before: { [name]: asFact(before) }, after: { [name]: asFact(after) } };
}

/** The account that a call is about: the one in its path, else that of whoever calls. */
async function findConcerned(ctx: AuditContext, request: FastifyRequest, person: Person | null): Promise<Whom | null> {
  const { userId } = request.params as { userId?: UserId };
  if (userId !== undefined) return { id: userId, name: (await getAccount(ctx, userId)).name };
  return person && { id: person.userId, name: person.name };
}

/** Whom somebody says they are: the account whose code is awaited in this browser, else the address that they gave. */
async function findClaimed(
  ctx: AuditContext,
  visitor: Visitor,
  body: Readonly<Record<string, unknown>>,
): Promise<Whom> {
  const owed = body.code === undefined ? null : findPending(ctx, visitor, 'code');
  if (owed) return { id: owed.userId, name: (await getAccount(ctx, owed.userId as UserId)).name };
  const { email } = (body.account ?? body) as { email?: unknown };
  return { id: null, name: typeof email === 'string' ? email : null };
}

/** The account in an answer that is one, or holds one. */
function readAccount(answer: unknown): Whom {
  const holder = (answer ?? {}) as { account?: unknown };
  const { id, name } = (holder.account ?? holder) as { id?: unknown; name?: unknown };
  return { id: typeof id === 'string' ? id : null, name: typeof name === 'string' ? name : null };
}
