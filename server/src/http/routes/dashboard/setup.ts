import type { Context } from '../../../services/context.ts';
import { getAccount } from '../../../services/people/accounts.ts';
import { isSetupOpen, requireSetupLink, setUp } from '../../../services/people/setup.ts';
import { signIn } from '../../../services/people/sign-in.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { formatAccount, formatProject } from './shapes.ts';

/** The first start. */
export function setupRoutes(ctx: Context): Handlers<'GET /api/setup' | `POST /api/setup${'' | '/link'}`> {
  return {
    'GET /api/setup': async () => ({ isOpen: await isSetupOpen(ctx) }),
    'POST /api/setup': async ({ body, visitor, setCookies }) => {
      const { userId, project } = await setUp(ctx, body);
      const { cookies } = await signIn(ctx, visitor, body);
      setCookies(cookies);
      return {
        account: formatAccount(await getAccount(ctx, userId), { hasSecondFactor: false }),
        project: formatProject({ project, role: 'owner' }),
      };
    },
    'POST /api/setup/link': async ({ body }) => {
      await requireSetupLink(ctx, body.token);
      return null;
    },
  };
}
