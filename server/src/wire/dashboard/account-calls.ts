import { z } from 'zod';
import {
  accountSchema,
  emailAddress,
  endedSessionsSchema,
  givenName,
  givenPassword,
  installationAccountSchema,
  newAccountBody,
  newPasskeyBody,
  newPassword,
  oneTimeCode,
  passkeyBody,
  passkeyOptionsSchema,
  projectSchema,
  proofByPasswordBody,
  recoveryCodesSchema,
  roundBody,
  securitySchema,
  sessionSchema,
  signedInSchema,
  startedTotpSchema,
  token,
} from './account.ts';
import { hasField, none, type Operation, pageOf } from './operation.ts';
import { deleteAccountBody, invitationPreviewSchema, issuedSchema } from './project.ts';

/** Who somebody is: set-up, signing in and proving it again, the account, and the invitations to it. */
export const accountCalls = {
  // First start
  'GET /api/setup': { access: 'public', data: z.strictObject({ isOpen: z.boolean() }) },
  'POST /api/setup': {
    access: 'public',
    body: z.strictObject({ token, ...newAccountBody, projectName: givenName('projectName').optional() }),
    data: z.strictObject({ account: accountSchema, project: projectSchema }),
  },
  /** Whether a set-up link works, before anybody types anything. */
  'POST /api/setup/link': { access: 'public', body: z.strictObject({ token }), data: none },

  // Account and sessions
  'GET /api/session': { access: 'account', data: accountSchema },
  'POST /api/session': {
    access: 'public',
    body: z.strictObject({ email: emailAddress, password: givenPassword('password') }),
    data: signedInSchema,
  },
  'POST /api/session/code': { access: 'public', body: z.strictObject({ code: oneTimeCode }), data: accountSchema },
  'POST /api/session/passkey/options': { access: 'public', data: passkeyOptionsSchema },
  'POST /api/session/passkey': { access: 'public', body: passkeyBody, data: accountSchema },
  'DELETE /api/session': { access: 'account', data: none },

  // Single sign-on
  'GET /api/oidc': { access: 'public', data: z.strictObject({ issuer: z.string().nullable() }) },
  'POST /api/oidc': {
    access: 'optional',
    recent: (body) => hasField(body, 'purpose', 'link'),
    body: roundBody,
    data: z.strictObject({ url: z.string() }),
  },
  'GET /api/oidc/callback': { access: 'optional', query: z.looseObject({}), file: true },
  'DELETE /api/account/identity': { access: 'account', recent: true, data: none },

  // Proving again who it is
  'POST /api/session/proof': { access: 'account', body: proofByPasswordBody, data: none },
  'POST /api/session/proof/passkey/options': { access: 'account', data: passkeyOptionsSchema },
  'POST /api/session/proof/passkey': { access: 'account', body: passkeyBody, data: none },

  // Who one is, and how one signs in
  'PATCH /api/account': { access: 'account', body: z.strictObject({ name: givenName('name') }), data: accountSchema },
  'POST /api/account/email': {
    access: 'account',
    recent: true,
    body: z.strictObject({ email: emailAddress }),
    data: accountSchema,
  },
  'GET /api/account/security': { access: 'account', data: securitySchema },
  'POST /api/account/totp': { access: 'account', recent: true, data: startedTotpSchema },
  'POST /api/account/totp/confirm': {
    access: 'account',
    recent: true,
    body: z.strictObject({ code: oneTimeCode }),
    data: recoveryCodesSchema,
  },
  'DELETE /api/account/totp': { access: 'account', recent: true, data: none },
  'POST /api/account/recovery-codes': { access: 'account', recent: true, data: recoveryCodesSchema },
  'POST /api/account/passkeys/options': { access: 'account', recent: true, data: passkeyOptionsSchema },
  'POST /api/account/passkeys': { access: 'account', recent: true, body: newPasskeyBody, data: none },
  'DELETE /api/account/passkeys/:passkeyId': { access: 'account', recent: true, data: none },

  // The installation's accounts, for its owner
  'GET /api/accounts': { access: 'account', data: pageOf('accounts', installationAccountSchema) },
  'DELETE /api/accounts/:userId/sessions': { access: 'account', data: endedSessionsSchema },
  'POST /api/account/password': {
    access: 'account',
    body: z.strictObject({
      currentPassword: givenPassword('currentPassword'),
      newPassword: newPassword('newPassword'),
    }),
    data: none,
  },
  'GET /api/account/sessions': { access: 'account', data: pageOf('sessions', sessionSchema) },
  'DELETE /api/account/sessions/:sessionId': { access: 'account', data: none },

  'GET /api/account/issued': {
    access: 'account',
    data: pageOf('projects', issuedSchema.extend({ id: z.string(), name: z.string() })),
  },
  'DELETE /api/account': { access: 'account', body: deleteAccountBody, data: none },
  'POST /api/password-reset': {
    access: 'public',
    body: z.strictObject({ token, newPassword: newPassword('newPassword') }),
    data: signedInSchema,
  },

  // Invitations, from the side of who was invited
  'POST /api/invitations/preview': {
    access: 'public',
    body: z.strictObject({ token }),
    data: invitationPreviewSchema,
  },
  'POST /api/invitations/accept': {
    access: 'optional',
    body: z.strictObject({ token, account: z.strictObject(newAccountBody).optional() }),
    /** Joined, but where the account owes a code first: then it has to sign in, and accept again. */
    data: z.strictObject({ account: accountSchema.nullable(), projectId: z.string() }),
  },
} as const satisfies Readonly<Record<string, Operation>>;
