import type { UserId } from '../../../core/ids.ts';
import type { Context } from '../../../services/context.ts';
import {
  changeEmail,
  changeName,
  endSessionsOfAccount,
  endSessionsOfMember,
  getSecurity,
  listAccounts,
} from '../../../services/people/account-changes.ts';
import { getAccount } from '../../../services/people/accounts.ts';
import { addPasskey, askForNewPasskey, askForPasskey, removePasskey } from '../../../services/people/passkeys.ts';
import { isProofRecent, proveByPasskey, proveByPassword } from '../../../services/people/reauthentication.ts';
import { confirmTotp, removeTotp, renewRecoveryCodes, startTotp } from '../../../services/people/second-factor.ts';
import { signInByCode, signInByPasskey } from '../../../services/people/sign-in.ts';
import type { CallInput, Handlers } from '../../dashboard/call.ts';
import { formatAccount } from './shapes.ts';

type Call =
  | 'POST /api/session/code'
  | `POST /api/session/passkey${'' | '/options'}`
  | `POST /api/session/proof${'' | '/passkey' | '/passkey/options'}`
  | 'PATCH /api/account'
  | 'POST /api/account/email'
  | 'GET /api/account/security'
  | `${'POST' | 'DELETE'} /api/account/totp`
  | 'POST /api/account/totp/confirm'
  | 'POST /api/account/recovery-codes'
  | `POST /api/account/passkeys${'' | '/options'}`
  | 'DELETE /api/account/passkeys/:passkeyId'
  | 'GET /api/accounts'
  | 'DELETE /api/accounts/:userId/sessions'
  | 'DELETE /api/projects/:projectId/members/:userId/sessions';

/** How people prove who they are, by more than a password, and again; how they change it; whose sessions an owner ends. */
export function securityRoutes(ctx: Context): Handlers<Call> {
  const answerAccount = async (userId: UserId, hasSecondFactor: boolean) =>
    formatAccount(await getAccount(ctx, userId), { hasSecondFactor });
  return {
    'POST /api/session/code': async ({ body, visitor, setCookies }) => {
      const { userId, cookies } = await signInByCode(ctx, visitor, body.code);
      setCookies(cookies);
      return answerAccount(userId, true);
    },
    'POST /api/session/passkey/options': async ({ setCookies }) => {
      const { options, cookies } = await askForPasskey(ctx, null);
      setCookies(cookies);
      return { options: { ...options } };
    },
    'POST /api/session/passkey': async ({ body, visitor, setCookies }) => {
      const { userId, cookies } = await signInByPasskey(ctx, visitor, body.response);
      setCookies(cookies);
      return answerAccount(userId, true);
    },
    'POST /api/session/proof': async ({ body, person, visitor }) => {
      await proveByPassword(ctx, visitor, person, { password: body.password, code: body.code });
      return null;
    },
    'POST /api/session/proof/passkey/options': async ({ person, setCookies }) => {
      const { options, cookies } = await askForPasskey(ctx, person);
      setCookies(cookies);
      return { options: { ...options } };
    },
    'POST /api/session/proof/passkey': async ({ body, person, visitor }) => {
      await proveByPasskey(ctx, visitor, person, body.response);
      return null;
    },
    'PATCH /api/account': async ({ body, person }) => {
      await changeName(ctx, person, body.name);
      return answerAccount(person.userId, person.hasSecondFactor);
    },
    'POST /api/account/email': async ({ body, person, visitor }) => {
      await changeEmail(ctx, visitor, person, body.email);
      return answerAccount(person.userId, person.hasSecondFactor);
    },
    'GET /api/account/security': async ({ person }) => {
      const { totpSince, passkeys, ...security } = await getSecurity(ctx, person);
      return {
        ...security,
        isProofRecent: isProofRecent(ctx, person),
        totpSince: totpSince?.toISOString() ?? null,
        passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
          id,
          name,
          createdAt: createdAt.toISOString(),
          lastUsedAt: lastUsedAt?.toISOString() ?? null,
        })),
      };
    },
    'POST /api/account/totp': ({ person }) => startTotp(ctx, person),
    'POST /api/account/totp/confirm': async ({ body, person, visitor }) => ({
      recoveryCodes: [...(await confirmTotp(ctx, visitor, person, body.code))],
    }),
    'DELETE /api/account/totp': async ({ person }) => {
      await removeTotp(ctx, person.userId);
      return null;
    },
    'POST /api/account/recovery-codes': async ({ person }) => ({
      recoveryCodes: [...(await renewRecoveryCodes(ctx, person.userId))],
    }),
    'POST /api/account/passkeys/options': async ({ person, setCookies }) => {
      const { options, cookies } = await askForNewPasskey(ctx, person);
      setCookies(cookies);
      return { options: { ...options } };
    },
    'POST /api/account/passkeys': async ({ body, person, visitor }) => {
      await addPasskey(ctx, visitor, person, body);
      return null;
    },
    'DELETE /api/account/passkeys/:passkeyId': async ({ person, params }) => {
      await removePasskey(ctx, person.userId, params.passkeyId);
      return null;
    },
    'GET /api/accounts': (input) => answerAccounts(ctx, input),
    'DELETE /api/accounts/:userId/sessions': async ({ person, params }) => ({
      ended: await endSessionsOfAccount(ctx, person, params.userId),
    }),
    'DELETE /api/projects/:projectId/members/:userId/sessions': async ({ own, person, params }) => ({
      ended: await endSessionsOfMember(ctx, person, { projectId: own.project.id, userId: params.userId }),
    }),
  };
}

async function answerAccounts(ctx: Context, { person }: CallInput<'GET /api/accounts'>) {
  const accounts = await listAccounts(ctx, person);
  return {
    accounts: accounts.map(({ user, openSessions, lastUsedAt, hasSecondFactor }) => ({
      id: user.id,
      name: user.name,
      email: user.email,
      isInstanceOwner: user.isInstanceOwner,
      createdAt: user.createdAt.toISOString(),
      openSessions,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
      hasSecondFactor,
    })),
  };
}
