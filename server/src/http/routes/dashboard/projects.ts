import { AppError } from '../../../core/errors.ts';
import type { Context } from '../../../services/context.ts';
import { createTurns } from '../../../services/node/turns.ts';
import type { OwnProject } from '../../../services/people/accounts.ts';
import { updateOwnProject } from '../../../services/people/accounts.ts';
import { createOwnApiKey } from '../../../services/people/own-api-keys.ts';
import type { Person } from '../../../services/ports.ts';
import { listApiKeys, revokeApiKey } from '../../../services/projects/api-keys.ts';
import { removeLogo, setLogo } from '../../../services/projects/brand.ts';
import { deleteProject } from '../../../services/projects/projects.ts';
import { ADVANCE_TURNS, advanceClock } from '../../../services/test-clock/advance.ts';
import { formatAdvance } from '../../../wire/test-clock.ts';
import type { Handlers } from '../../dashboard/call.ts';
import { sendLogo } from '../../logo-file.ts';
import { chargeAdvance } from '../../rate-limit.ts';
import { formatApiKey, formatIssuedApiKey, formatProject } from './shapes.ts';

type Call =
  | `${'GET' | 'PATCH' | 'DELETE'} /api/projects/:projectId`
  | `${'GET' | 'POST'} /api/projects/:projectId/api-keys`
  | `${'GET' | 'PUT' | 'DELETE'} /api/projects/:projectId/logo`
  | 'DELETE /api/projects/:projectId/api-keys/:keyId'
  | 'POST /api/projects/:projectId/test/advance';

/** A project and its API keys. */
export function projectRoutes(ctx: Context): Handlers<Call> {
  const turns = createTurns(ADVANCE_TURNS);
  return {
    'GET /api/projects/:projectId': async ({ own }) => formatProject(own),
    'PATCH /api/projects/:projectId': async ({ own, person, body }) => {
      if (body.requireSecondFactor !== undefined) requireOwnSecondFactor(own, person);
      return formatProject({ ...own, project: await updateOwnProject(ctx, person, own.project, body) });
    },
    'DELETE /api/projects/:projectId': async ({ own, body }) => {
      await deleteProject(ctx, own.project, body.confirm);
      return null;
    },
    'GET /api/projects/:projectId/logo': ({ own, reply }) => sendLogo(ctx, reply, own.project.id),
    'PUT /api/projects/:projectId/logo': async ({ own, body }) =>
      formatProject({ ...own, project: await setLogo(ctx, own.project, body.image) }),
    'DELETE /api/projects/:projectId/logo': async ({ own }) =>
      formatProject({ ...own, project: await removeLogo(ctx, own.project) }),
    'POST /api/projects/:projectId/test/advance': async ({ own: { project }, body, request, reply }) => {
      const advance = await turns.take(project.id, () => advanceClock(ctx, project, body.seconds));
      chargeAdvance(request, reply, advance);
      return formatAdvance(advance);
    },
    'GET /api/projects/:projectId/api-keys': async ({ own }) => {
      const now = ctx.clock.now();
      return { apiKeys: (await listApiKeys(ctx, own.project.id)).map((key) => formatApiKey(key, now)) };
    },
    'POST /api/projects/:projectId/api-keys': async ({ own, person, body }) => {
      const key = await createOwnApiKey(ctx, person, { ...body, projectId: own.project.id });
      return formatIssuedApiKey({ ...key, author: person.name, isAuthorGone: false }, ctx.clock.now());
    },
    'DELETE /api/projects/:projectId/api-keys/:keyId': async ({ own, params }) => {
      await revokeApiKey(ctx, own.project.id, params.keyId);
      return null;
    },
  };
}

/** Whoever makes a project require a second factor must not lock themselves out. @throws AppError FORBIDDEN, SECOND_FACTOR_REQUIRED */
function requireOwnSecondFactor({ role }: OwnProject, { hasSecondFactor }: Person): void {
  if (role !== 'owner')
    throw new AppError('FORBIDDEN', 'Only a project owner can decide whether it requires a second factor.');
  if (!hasSecondFactor) throw new AppError('SECOND_FACTOR_REQUIRED', 'Sign in with a second factor yourself first.');
}
