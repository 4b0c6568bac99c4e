import type { FastifyInstance } from 'fastify';

/** Remembers every route of `app`; answers which methods a path has, to tell 405 from 404. */
export function trackMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const source = url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replaceAll('.', '\\.')))
      .join('/');
    routes.push({ pattern: new RegExp(`^${source}$`), methods: typeof method === 'string' ? [method] : method });
  });
  return (path) =>
    [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort();
}
