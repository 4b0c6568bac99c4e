import type { Context } from '../../../services/context.ts';
import { createOwnProject, deleteAccount, getAccount, listOwnIssued } from '../../../services/people/accounts.ts';
import { acceptInvitation, getOpenInvitation } from '../../../services/people/invitations.ts';
import { resetPassword } from '../../../services/people/password-reset.ts';
import { listSessions, revokeSession, signOut } from '../../../services/people/sessions.ts';
import { changePassword, type SignedIn, signIn } from '../../../services/people/sign-in.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { formatAccount, formatIssued, formatProject } from './shapes.ts';

type Call =
  | `${'GET' | 'POST' | 'DELETE'} /api/session`
  | 'POST /api/account/password'
  | 'DELETE /api/account'
  | 'GET /api/account/issued'
  | 'POST /api/password-reset'
  | 'GET /api/account/sessions'
  | 'DELETE /api/account/sessions/:sessionId'
  | `POST /api/invitations/${'preview' | 'accept'}`
  | `${'GET' | 'POST'} /api/projects`
  | 'GET /api/regions';

/** What belongs to the person and to no project: signing in and out, sessions, joining. */
export function accountRoutes(ctx: Context): Handlers<Call> {
  const answerSignedIn = async ({ userId, needsCode }: Omit<SignedIn, 'cookies'>, hasSecondFactor = false) =>
    needsCode ? null : formatAccount(await getAccount(ctx, userId), { hasSecondFactor });
  return {
    'GET /api/session': async ({ person }) => formatAccount(await getAccount(ctx, person.userId), person),
    'POST /api/session': async ({ body, visitor, setCookies }) => {
      const signedIn = await signIn(ctx, visitor, body);
      setCookies(signedIn.cookies);
      return { account: await answerSignedIn(signedIn) };
    },
    'DELETE /api/session': async ({ person, setCookies }) => {
      setCookies(await signOut(ctx, person));
      return null;
    },
    'POST /api/account/password': async ({ body, person, visitor, setCookies }) => {
      setCookies(await changePassword(ctx, visitor, person, body));
      return null;
    },
    'GET /api/account/sessions': async ({ person }) => ({
      sessions: (await listSessions(ctx, person)).map(
        ({ id, createdAt, updatedAt, expiresAt, ipAddress, userAgent }) => ({
          id,
          isCurrent: id === person.sessionId,
          createdAt: createdAt.toISOString(),
          lastUsedAt: updatedAt.toISOString(),
          expiresAt: expiresAt.toISOString(),
          address: ipAddress || null,
          userAgent: userAgent || null,
        }),
      ),
    }),
    'DELETE /api/account/sessions/:sessionId': async ({ person, params }) => {
      await revokeSession(ctx, person, params.sessionId);
      return null;
    },
    'DELETE /api/account': async ({ person, body, setCookies }) => {
      await deleteAccount(ctx, person, { confirm: body.confirm, revokesIssued: body.revokeIssued ?? false });
      setCookies(await signOut(ctx, person));
      return null;
    },
    'GET /api/account/issued': async ({ person }) => ({
      projects: (await listOwnIssued(ctx, person)).map(({ project: { id, name }, issued }) => ({
        id,
        name,
        ...formatIssued(issued),
      })),
    }),
    'POST /api/password-reset': async ({ body, visitor, setCookies }) => {
      const signedIn = await resetPassword(ctx, visitor, body);
      setCookies(signedIn.cookies);
      return { account: await answerSignedIn(signedIn) };
    },
    'POST /api/invitations/preview': async ({ body }) => {
      const { projectName, role, email, expiresAt } = await getOpenInvitation(ctx, body.token);
      return { projectName, role, email, expiresAt: expiresAt.toISOString() };
    },
    'POST /api/invitations/accept': async ({ body, person, visitor, setCookies }) => {
      const input = { token: body.token, account: body.account };
      const { projectId, ...joined } = await acceptInvitation(ctx, visitor, person, input);
      setCookies(joined.cookies);
      return { account: await answerSignedIn(joined, person?.hasSecondFactor), projectId };
    },
    'GET /api/regions': async () => ({ regions: ctx.regions.map(({ key }) => ({ regionKey: key })) }),
    'GET /api/projects': async ({ person }) => {
      const { projects } = await getAccount(ctx, person.userId);
      return { projects: projects.map(formatProject) };
    },
    'POST /api/projects': async ({ person, body: { name, primaryRegion, isTest } }) =>
      formatProject(
        await createOwnProject(ctx, person, { name, isTest, ...(primaryRegion !== undefined && { primaryRegion }) }),
      ),
  };
}
