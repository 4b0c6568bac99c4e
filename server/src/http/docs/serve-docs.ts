/*
 * The documentation, at `/docs`: `source-pages.ts` reads the documents of `docs/`, `reference-pages.ts` makes the reference
 * from the OpenAPI document (`openapi-document.ts`), `render-markdown.ts` and `page-frame.ts` make pages of them, `links.ts`
 * turns links between files into links between pages, `search-index.ts` finds what is asked for; `library.ts` joins them, and
 * `documentation.ts` answers. The code of all that is loaded at the first request, since a start would wait for it; everything
 * is made when it is first read, once, and kept compressed (`served-file.ts`).
 */

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Documentation } from './documentation.ts';

const PATHS = [
  ...['/openapi.json', '/docs/json', '/docs/yaml', '/llms.txt'],
  ...['/docs/assets/docs.css', '/docs/assets/docs.js', '/docs/assets/icon.svg'],
  ...['/docs/search', '/docs/search.json', '/docs', '/docs/', '/docs/*'],
];

/** Serves OpenAPI 3.1, made from the schemas that validate, at `/openapi.json`, and the documentation at `/docs`. Before the routes. */
export function serveDocs(app: FastifyInstance, publicUrl: string): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  let opening: Promise<Documentation> | undefined;
  const open = async (): Promise<Documentation> => {
    opening ??= import('./documentation.ts').then(({ openDocumentation }) => openDocumentation(routes, publicUrl));
    try {
      return await opening;
    } catch (error) {
      // Without a free descriptor, say: the next request tries again.
      opening = undefined;
      throw error;
    }
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply) => (await open()).answer(request, reply);
  for (const path of PATHS) app.get(path, { schema: { hide: true } }, answer);
}
