import { AppError, type ErrorCode } from '../../../core/errors.ts';
import type { Context } from '../../../services/context.ts';
import { findPending } from '../../../services/people/pending.ts';
import { beginRound, endRound, findIssuer, unlink } from '../../../services/people/single-sign-on.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { noteRefusal } from '../../dashboard/sign-in-audit.ts';

type Call = `${'GET' | 'POST'} /api/oidc` | 'GET /api/oidc/callback' | 'DELETE /api/account/identity';

/** What the sign-in page says of it, by what went wrong. */
const PROBLEMS: Partial<Readonly<Record<ErrorCode, string>>> = {
  NOT_FOUND: 'no-account',
  FORBIDDEN: 'refused',
  SERVICE_UNAVAILABLE: 'away',
};

/** Single sign-on: there and back. */
export function singleSignOnRoutes(ctx: Context): Handlers<Call> {
  return {
    'GET /api/oidc': async () => ({ issuer: findIssuer(ctx) }),
    'POST /api/oidc': async ({ body, person, setCookies }) => {
      const { url, cookies } = await beginRound(ctx, person, { purpose: body.purpose, detail: body.detail ?? null });
      setCookies(cookies);
      return { url };
    },
    'GET /api/oidc/callback': async ({ request, reply, person, visitor, setCookies }) => {
      const query = request.url.slice(request.url.indexOf('?'));
      // Who never began a round has tried nothing.
      const hasBegun = findPending(ctx, visitor, 'oidc') !== null;
      try {
        const { cookies, path } = await endRound(ctx, visitor, person, query);
        setCookies(cookies);
        return reply.redirect(path);
      } catch (error) {
        // A person stands before this, and no program: they get a page.
        if (!(error instanceof AppError)) throw error;
        request.log.warn({ err: error.cause ?? error }, 'single sign-on was refused');
        if (hasBegun) await noteRefusal(ctx, person);
        return reply.redirect(`/sign-in?problem=${PROBLEMS[error.code] ?? 'failed'}`);
      }
    },
    'DELETE /api/account/identity': async ({ person }) => {
      await unlink(ctx, person);
      return null;
    },
  };
}
