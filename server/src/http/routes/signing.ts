import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, validationError } from '../../core/errors.ts';
import type { Context } from '../../services/context.ts';
import { MAX_MESSAGE_OCTETS, messageTooLarge } from '../../services/signing/message-stream.ts';
import { signMessage } from '../../services/signing/sign-message.ts';
import { commonFailures, failureSchema, successOf } from '../../wire/envelope.ts';
import { domainParams } from '../../wire/path-params.ts';
import { callerOf } from '../auth.ts';
import { chargeMore } from '../rate-limit.ts';

const MESSAGE = 'message/rfc822';
const OCTETS_FOR_ONE = 1024 * 1024;
const EXPIRES = 'expiresInSeconds must be a whole number from 60 to 31536000.';
const query = z.strictObject({
  expiresInSeconds: z
    .string({ error: EXPIRES })
    .regex(/^\d{1,8}$/, EXPIRES)
    .transform(Number)
    .pipe(z.int().min(60, EXPIRES).max(31_536_000, EXPIRES))
    .optional()
    .meta({ description: "How long the signatures are valid, in seconds (`x=`). By default they don't expire." }),
});

/** `POST /v1/domains/{domainId}/sign`. */
export function signingRoutes(ctx: Context): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.removeAllContentTypeParsers();
    // As a stream: the message is hashed while it comes in, and never held.
    app.addContentTypeParser(MESSAGE, (_request, payload, parsed) => parsed(null, payload));
    app.addContentTypeParser('*', (_request, _payload, parsed) =>
      parsed(
        new AppError('UNSUPPORTED_MEDIA_TYPE', `Send the message as it is, with the header Content-Type: ${MESSAGE}.`),
      ),
    );

    app.route({
      method: 'POST',
      url: '/domains/:domainId/sign',
      // Counted while it is read, and by the header below: then the answer can say what the limit is.
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { access: 'sign', cost: costOfMessage },
      schema: {
        tags: ['Signing'],
        operationId: 'signMessage',
        summary: 'Sign a message',
        description:
          'Send an RFC 5322 message of up to 25 MB as `message/rfc822`. Returns the DKIM-Signature header fields to put in front of it.',
        consumes: [MESSAGE],
        params: domainParams,
        querystring: query,
        response: {
          200: successOf(z.strictObject({ headers: z.array(z.string()) })),
          ...commonFailures,
          404: failureSchema,
          409: failureSchema,
          413: failureSchema,
          415: failureSchema,
        },
      },
      handler: async (request, reply) => {
        if (Number(request.headers['content-length'] ?? 0) > MAX_MESSAGE_OCTETS) throw messageTooLarge();
        const message = request.body as Readable | undefined;
        if (!message)
          throw validationError('body', `Send an RFC 5322 message, with the header Content-Type: ${MESSAGE}.`);
        // Refused half-way, it is not destroyed, and its connection with it: the rest is read and thrown away.
        const octets = message.iterator({ destroyOnReturn: false });
        const read = { octets: 0 };
        try {
          const headers = await signMessage(ctx, callerOf(request).project.id, request.params.domainId, {
            message: countOctets(octets, read),
            expiresInSeconds: request.query.expiresInSeconds ?? null,
          });
          return { success: true as const, data: { headers } };
        } finally {
          // Without an announced length nobody knew what it would cost.
          chargeMore(request, reply, costOfOctets(read.octets) - costOfMessage(request));
        }
      },
    });
    done();
  };
}

/** What a message costs of the rate limit by the length that is announced: one for each megabyte that was begun. */
function costOfMessage({ headers }: FastifyRequest): number {
  return costOfOctets(Math.min(Number(headers['content-length'] ?? 0) || 0, MAX_MESSAGE_OCTETS));
}

function costOfOctets(octets: number): number {
  return Math.max(1, Math.ceil(octets / OCTETS_FOR_ONE));
}

async function* countOctets(message: AsyncIterable<Uint8Array>, read: { octets: number }): AsyncIterable<Uint8Array> {
  for await (const chunk of message) {
    read.octets += chunk.length;
    yield chunk;
  }
}
