import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { Context } from '../../services/context.ts';
import { createTurns } from '../../services/node/turns.ts';
import { ADVANCE_TURNS, advanceClock } from '../../services/test-clock/advance.ts';
import { commonFailures, successOf } from '../../wire/envelope.ts';
import { advanceBody, advanceSchema, formatAdvance } from '../../wire/test-clock.ts';
import { callerOf } from '../auth.ts';
import { chargeAdvance } from '../rate-limit.ts';

/** `POST /v1/test/advance`, for test projects. */
export function testClockRoutes(ctx: Context): FastifyPluginCallbackZod {
  const turns = createTurns(ADVANCE_TURNS);
  return (app, _options, done) => {
    app.route({
      method: 'POST',
      url: '/test/advance',
      schema: {
        tags: ['Test mode'],
        operationId: 'advanceTestClock',
        summary: 'Move the clock of a test project',
        description:
          'Moves the clock forward and responds when everything that became due has run, in order: checks, key rotation, events and webhook deliveries. If that is more than 20 seconds of work, `remainingSeconds` says what is left. Test projects only.',
        body: advanceBody,
        response: { 200: successOf(advanceSchema), ...commonFailures },
      },
      handler: async (request, reply) => {
        const { project } = callerOf(request);
        const advance = await turns.take(project.id, () => advanceClock(ctx, project, request.body.seconds));
        chargeAdvance(request, reply, advance);
        return { success: true as const, data: formatAdvance(advance) };
      },
    });
    done();
  };
}
