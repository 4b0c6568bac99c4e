import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isInFirstScript } from '../../core/first-calls.ts';
import { buildServedFile, chooseEncoding, type ServedFile, sendServedFile } from '../served-file.ts';
import { type AskCall, buildFirstData } from './first-data.ts';

/** The pages of the dashboard, as they were built. */
export interface DashboardFiles {
  /** Whether the path is a file of the dashboard or one of its addresses. */
  isFile(request: FastifyRequest): boolean;
  /** Answers a person's address inside the dashboard with its one page; null where the path is no such address. */
  answerPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> | null;
}

// Nothing inline, nothing from elsewhere, nothing sent elsewhere, and no page of others around ours.
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};
/** Of those requests a browser says that nobody sent it (Fetch Metadata §2.3): an address that was typed or kept, and our own links. */
const OF_NO_OTHER_SITE = new Set<unknown>(['none', 'same-origin']);
const PAGE_VARIES = 'accept-encoding, sec-fetch-site';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** Paths of programs: what is not there is said to them as JSON. */
const OF_PROGRAMS = /^\/(?:v1|api|docs|health|metrics|openapi\.json|assets)(?:\/|$)/;
const NOT_BUILT =
  'The dashboard hasn\'t been built. Run "npm start" to build it. The API works without it; see /docs.\n';

const zip = promisify(gzip);

/**
 * Serves the built dashboard at `/`. All files are read once, here: only what was there at the start can ever be asked for,
 * so no path leads out of the folder. Where it was not built, `/` says so.
 */
export function serveDashboardFiles(app: FastifyInstance, folder: string | undefined, ask: AskCall): DashboardFiles {
  const files = folder === undefined ? new Map<string, ServedFile>() : readFiles(folder);
  const page = files.get('/index.html');
  const otherPages = [...files.keys()].find((url) => url.startsWith('/assets/pages-'));
  const pathOf = ({ url }: FastifyRequest) => url.split('?', 1)[0] ?? '';
  const isPage = (request: FastifyRequest): boolean => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isPerson = /\btext\/html\b/.test(request.headers.accept ?? '');
    return page !== undefined && isRead && isPerson && !OF_PROGRAMS.test(pathOf(request));
  };
  const answer = (request: FastifyRequest, reply: FastifyReply, page: ServedFile) => {
    // Fetched beside the first script, in place of after it (HTML §4.6.7.12).
    if (otherPages !== undefined && !isInFirstScript(pathOf(request)))
      reply.header('link', `<${otherPages}>; rel=modulepreload`);
    return sendPage(request, reply, page, ask);
  };
  for (const [url, file] of files)
    if (file !== page) app.get(url, { schema: { hide: true } }, (request, reply) => sendFile(request, reply, file));
  app.get('/', { schema: { hide: true } }, async (request, reply) =>
    page ? answer(request, reply, page) : reply.type('text/plain; charset=utf-8').send(NOT_BUILT),
  );
  return {
    isFile: (request) => pathOf(request) === '/' || files.has(pathOf(request)) || (request.is404 && isPage(request)),
    answerPage: (request, reply) => (page && isPage(request) ? answer(request, reply, page) : null),
  };
}

function readFiles(folder: string): Map<string, ServedFile> {
  const files = new Map<string, ServedFile>();
  for (const entry of readFolder(folder)) {
    const path = join(entry.parentPath, entry.name);
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    const type = TYPES[extname(path)];
    // What the page cannot need (source maps, notes) is not served; a route's own signs cannot stand in a path.
    if (!entry.isFile() || type === undefined || !/^[\w./-]+$/.test(url)) continue;
    // What is in this folder has names that change with what it holds.
    const cacheControl = url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    files.set(url, buildServedFile(readFileSync(path), type, cacheControl, readCompressed(path)));
  }
  return files;
}

/** What `scripts/build-dashboard.mjs` has put beside a file; without it, the file is compressed when it is first asked for. */
function readCompressed(path: string): { br: Promise<Buffer> } | undefined {
  const file = `${path}.br`;
  return existsSync(file) ? { br: Promise.resolve(readFileSync(file)) } : undefined;
}

function readFolder(folder: string) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Sends the page with the data that it asks for first, where there is any: this copy is one person's, and kept nowhere. */
async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: ServedFile,
  ask: AskCall,
): Promise<FastifyReply> {
  const data = request.method === 'GET' ? await buildFirstData(ask, request, reply) : null;
  guardWindow(request, reply.headers(PAGE_HEADERS));
  if (data === null) return sendServedFile(request, reply, page, PAGE_VARIES);
  const block = `<script type="application/json" id="first-data">${data}</script>`;
  const body = page.body.toString().replace('</body>', () => `${block}</body>`);
  reply.header('cache-control', 'no-store').header('vary', PAGE_VARIES).type(page.type);
  if (chooseEncoding(request.headers['accept-encoding'], ['gzip']) === null) return reply.send(body);
  return reply.header('content-encoding', 'gzip').send(await zip(body, { level: 4 }));
}

/**
 * Takes a window out of the hands of the site that opened it (HTML, "Cross-origin opener policies"). Where no site did, the browser
 * need not start a process anew for that, a third of the time of a first visit (docs/decisions/0028-dashboard-first-visit.md).
 */
function guardWindow(request: FastifyRequest, reply: FastifyReply): void {
  if (OF_NO_OTHER_SITE.has(request.headers['sec-fetch-site'])) return;
  reply.header('cross-origin-opener-policy', 'same-origin');
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ServedFile): Promise<FastifyReply> {
  return sendServedFile(request, reply.headers(PAGE_HEADERS), file);
}
