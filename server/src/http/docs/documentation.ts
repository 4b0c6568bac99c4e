import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { AppError } from '../../core/errors.ts';
import { buildServedFile, type ServedFile, sendServedFile } from '../served-file.ts';
import { createLibrary, type Library } from './library.ts';
import { createApiDescription } from './openapi-document.ts';
import { readAssets, readPictures } from './source-pages.ts';

// Nothing inline and nothing from elsewhere. What is searched for without the script goes to us.
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** Short, because the next version has them under the same addresses; with the entity tag, asking again costs nothing. */
const CACHE_CONTROL = 'public, max-age=300';
const HTML = 'text/html; charset=utf-8';
const MARKDOWN = 'text/markdown; charset=utf-8';
const PLAIN = 'text/plain; charset=utf-8';

/** A type, and how what has it is made. */
type Made = readonly [type: string, make: () => string | Buffer];

/** Answers what is asked at `/docs` and beside it. */
export interface Documentation {
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

/** Opens the documentation of a service that has these routes. */
export function openDocumentation(routes: readonly RouteOptions[], publicUrl: string): Documentation {
  const describeApi = createApiDescription(routes, publicUrl);
  const library = createLazyLibrary(describeApi);
  let read: Map<string, Buffer> | undefined;
  const pictures = () => {
    read ??= readPictures();
    return read;
  };
  const json = 'application/json; charset=utf-8';
  const openApi = [json, () => describeApi('json')] as const;
  const fixed: Readonly<Record<string, Made>> = {
    '/openapi.json': openApi,
    '/docs/json': openApi,
    '/docs/yaml': ['application/yaml; charset=utf-8', () => describeApi('yaml')],
    '/docs/assets/docs.css': ['text/css; charset=utf-8', () => readAssets().css],
    '/docs/assets/docs.js': ['text/javascript; charset=utf-8', () => readAssets().script],
    '/docs/assets/icon.svg': ['image/svg+xml', () => readAssets().icon],
    '/llms.txt': [PLAIN, () => library().formatOverview(publicUrl)],
  };
  /** What a path below `/docs/` stands for: a page, a page as Markdown, or a picture. */
  const readPage = (path: string): Made | null => {
    const known = library().pages.some((page) => page.path === path);
    if (known) return [HTML, () => library().formatPage(path) ?? ''];
    const markdown = path === 'index.md' ? '' : path.endsWith('.md') ? path.slice(0, -'.md'.length) : null;
    if (markdown !== null && library().pages.some((page) => page.path === markdown))
      return [MARKDOWN, () => library().formatMarkdown(markdown) ?? ''];
    const picture = path.startsWith('images/') ? pictures().get(path.slice('images/'.length)) : undefined;
    return picture ? ['image/png', () => picture] : null;
  };
  const files = new Map<string, ServedFile>();
  /** Answers with what is at an address, made at the first request for it. */
  const send = (request: FastifyRequest, reply: FastifyReply, url: string, [type, make]: Made) => {
    const file = files.get(url) ?? buildServedFile(Buffer.from(make()), type, CACHE_CONTROL);
    files.set(url, file);
    return sendServedFile(request, reply.header('content-security-policy', CSP), file);
  };
  const sendPage = async (request: FastifyRequest, reply: FastifyReply, path: string): Promise<FastifyReply> => {
    const page = readPage(path);
    if (page !== null) return send(request, reply, `/docs/${path}`, page);
    // People get a page, programs the envelope of every other failure.
    if (!/\btext\/html\b/.test(request.headers.accept ?? ''))
      throw new AppError('NOT_FOUND', 'There is nothing at this path.');
    return reply.code(404).header('content-security-policy', CSP).type(HTML).send(library().formatMissing());
  };
  return {
    async answer(request, reply) {
      const { url = '' } = request.routeOptions;
      const file = fixed[url];
      if (file) return send(request, reply, url, file);
      if (url === '/docs/search') {
        const page = await library().formatSearch(readQuery(request));
        return reply.header('content-security-policy', CSP).type(HTML).send(page);
      }
      if (url === '/docs/search.json') return reply.send({ results: await library().search(readQuery(request)) });
      return sendPage(request, reply, (request.params as { '*'?: string })['*'] ?? '');
    },
  };
}

/** Makes the library of a service once, when it is first read. */
function createLazyLibrary(describeApi: ReturnType<typeof createApiDescription>): () => Library {
  let library: Library | undefined;
  return () => {
    library ??= createLibrary(describeApi('object'));
    return library;
  };
}

function readQuery({ query }: FastifyRequest): string {
  const { q } = (query ?? {}) as { q?: unknown };
  return typeof q === 'string' ? q : '';
}
