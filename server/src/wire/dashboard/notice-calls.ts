import { z } from 'zod';
import { NOTICE_TYPES } from '../../core/notices/notice-type.ts';
import { token } from './account.ts';
import { none, type Operation, pageOf } from './operation.ts';

const TYPES_RULE = `types must be a list of ${NOTICE_TYPES.join(', ')}.`;
const noticeTypes = z
  .array(z.enum(NOTICE_TYPES, { error: TYPES_RULE }), { error: TYPES_RULE })
  .max(NOTICE_TYPES.length, `types has at most ${NOTICE_TYPES.length} entries.`);

/** What somebody is told of a project by email. */
const noticeChoiceSchema = z.strictObject({
  project: z.strictObject({ id: z.string(), name: z.string() }),
  types: noticeTypes,
});

/** What people are told by email: each chooses for themselves. */
export const noticeCalls = {
  /** Empty where this installation sends no email. */
  'GET /api/account/notices': { access: 'account', data: pageOf('choices', noticeChoiceSchema) },
  'PUT /api/projects/:projectId/notices': {
    access: 'member',
    body: z.strictObject({ types: noticeTypes }),
    data: none,
  },

  // By the link in an email, without signing in
  'POST /api/unsubscribe/preview': {
    access: 'public',
    body: z.strictObject({ token }),
    /** Null where the link is for all projects. */
    data: z.strictObject({ projectName: z.string().nullable() }),
  },
  'POST /api/unsubscribe': { access: 'public', body: z.strictObject({ token }), data: none },
} as const satisfies Readonly<Record<string, Operation>>;
