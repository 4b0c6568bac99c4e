/*
 * The documentation, at `/docs`: `source-pages.ts` reads the documents of `docs/`, `reference-pages.ts` makes the reference
 * from the OpenAPI document (`openapi-document.ts`), `render-markdown.ts` and `page-frame.ts` make pages of them, `links.ts`
 * turns links between files into links between pages, `search-index.ts` finds what is asked for; `library.ts` joins them.
 * Everything is made when it is first read, once, and kept compressed (`served-file.ts`).
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../core/errors.ts';
import { buildServedFile, type ServedFile, sendServedFile } from '../served-file.ts';
import { createLazyLibrary } from './library.ts';
import { describeApi } from './openapi-document.ts';
import { readAssets, readPictures } from './source-pages.ts';

// Nothing inline and nothing from elsewhere. What is searched for without the script goes to us.
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** Short, because the next version has them under the same addresses; with the entity tag, asking again costs nothing. */
const CACHE_CONTROL = 'public, max-age=300';
const HTML = 'text/html; charset=utf-8';
const MARKDOWN = 'text/markdown; charset=utf-8';
const PLAIN = 'text/plain; charset=utf-8';

/** Serves OpenAPI 3.1, made from the schemas that validate, at `/openapi.json`, and the documentation at `/docs`. Before the routes. */
export async function serveDocs(app: FastifyInstance, publicUrl: string): Promise<void> {
  await describeApi(app, publicUrl);
  const library = createLazyLibrary(app);
  const files = new Map<string, ServedFile>();
  /** Answers with what is at an address, made at the first request for it. */
  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    url: string,
    type: string,
    make: () => string | Buffer,
  ) => {
    const file = files.get(url) ?? buildServedFile(Buffer.from(make()), type, CACHE_CONTROL);
    files.set(url, file);
    return sendServedFile(request, reply.header('content-security-policy', CSP), file);
  };
  const serve = (url: string, type: string, make: () => string | Buffer) =>
    app.get(url, { schema: { hide: true } }, (request, reply) => send(request, reply, url, type, make));

  const json = 'application/json; charset=utf-8';
  for (const url of ['/openapi.json', '/docs/json']) serve(url, json, () => JSON.stringify(app.swagger()));
  serve('/docs/yaml', 'application/yaml; charset=utf-8', () => app.swagger({ yaml: true }));
  serve('/docs/assets/docs.css', 'text/css; charset=utf-8', () => readAssets().css);
  serve('/docs/assets/docs.js', 'text/javascript; charset=utf-8', () => readAssets().script);
  serve('/docs/assets/icon.svg', 'image/svg+xml', () => readAssets().icon);
  serve('/llms.txt', PLAIN, () => library().formatOverview(publicUrl));

  app.get('/docs/search', { schema: { hide: true } }, (request, reply) =>
    reply
      .header('content-security-policy', CSP)
      .type(HTML)
      .send(library().formatSearch(readQuery(request))),
  );
  app.get('/docs/search.json', { schema: { hide: true } }, async (request) => ({
    results: await library().search(readQuery(request)),
  }));

  const sendPage = (
    request: FastifyRequest,
    reply: FastifyReply,
    path: string,
  ): FastifyReply | Promise<FastifyReply> => {
    const url = `/docs/${path}`;
    const [type, text] = readPage(path);
    if (text !== null) return send(request, reply, url, type, () => text());
    // People get a page, programs the envelope of every other failure.
    if (!/\btext\/html\b/.test(request.headers.accept ?? ''))
      throw new AppError('NOT_FOUND', 'There is nothing at this path.');
    return reply.code(404).header('content-security-policy', CSP).type(HTML).send(library().formatMissing());
  };
  /** What a path below `/docs/` stands for: a page, a page as Markdown, or a picture. */
  const readPage = (path: string): readonly [type: string, make: (() => string | Buffer) | null] => {
    const known = library().pages.some((page) => page.path === path);
    if (known) return [HTML, () => library().formatPage(path) ?? ''];
    const markdown = path === 'index.md' ? '' : path.endsWith('.md') ? path.slice(0, -'.md'.length) : null;
    if (markdown !== null && library().pages.some((page) => page.path === markdown))
      return [MARKDOWN, () => library().formatMarkdown(markdown) ?? ''];
    const picture = path.startsWith('images/') ? pictures().get(path.slice('images/'.length)) : undefined;
    return picture ? ['image/png', () => picture] : [HTML, null];
  };
  let read: Map<string, Buffer> | undefined;
  const pictures = () => {
    read ??= readPictures();
    return read;
  };
  for (const url of ['/docs', '/docs/'])
    app.get(url, { schema: { hide: true } }, (request, reply) => sendPage(request, reply, ''));
  app.get<{ Params: { '*': string } }>('/docs/*', { schema: { hide: true } }, (request, reply) =>
    sendPage(request, reply, request.params['*']),
  );
}

function readQuery({ query }: FastifyRequest): string {
  const { q } = (query ?? {}) as { q?: unknown };
  return typeof q === 'string' ? q : '';
}
