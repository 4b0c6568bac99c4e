import type { FastifyReply } from 'fastify';
import type { ProjectId } from '../core/ids.ts';
import type { Context } from '../services/context.ts';
import { getLogo } from '../services/projects/brand.ts';

// Opened by itself, it can run nothing, whatever a browser takes it for.
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'content-disposition': 'inline',
  // Its address changes with it.
  'cache-control': 'private, max-age=86400',
};

/** Answers with a project's logo, as the type that it was found to be. @throws AppError NOT_FOUND */
export async function sendLogo(
  ctx: Pick<Context, 'db'>,
  reply: FastifyReply,
  projectId: ProjectId,
): Promise<FastifyReply> {
  const { type, image } = await getLogo(ctx, projectId);
  return reply.headers(HEADERS).type(type).send(image);
}
