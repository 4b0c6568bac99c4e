import type { Context } from '../../../services/context.ts';
import {
  chooseNotices,
  describeUnsubscribing,
  listNoticeChoices,
  unsubscribe,
} from '../../../services/notices/choices.ts';
import type { noticeCalls } from '../../../wire/dashboard/notice-calls.ts';
import type { Handlers } from '../../dashboard/call.ts';

/** What people are told by email, and the links that end it. */
export function noticeRoutes(ctx: Context): Handlers<keyof typeof noticeCalls> {
  return {
    'GET /api/account/notices': async ({ person }) => {
      const choices = ctx.mailer ? await listNoticeChoices(ctx, person) : [];
      return { choices: choices.map(({ project, types }) => ({ project, types: [...types] })) };
    },
    'PUT /api/projects/:projectId/notices': async ({ person, own, body }) => {
      await chooseNotices(ctx, person, own.project.id, body.types);
      return null;
    },
    'POST /api/unsubscribe/preview': ({ body }) => describeUnsubscribing(ctx, body.token),
    'POST /api/unsubscribe': async ({ body }) => {
      await unsubscribe(ctx, body.token);
      return null;
    },
  };
}
