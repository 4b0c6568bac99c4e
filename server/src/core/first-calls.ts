/** What a page asks for first: a call of the dashboard's API with its parameters. */
export interface FirstCall {
  readonly call: `GET ${string}`;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** How many domains the list shows at first. */
export const DOMAINS_A_PAGE = 50;
/** The cookie in which a browser remembers the project that was open last. It's no secret: whoever may not read the project gets nothing. */
export const LAST_PROJECT_COOKIE = 'autosend.project';

const PROJECT = '/api/projects/:projectId';
const DOMAIN = `${PROJECT}/domains/:domainId`;

/**
 * Lists what the page at an address asks for first, so that its data can come along with it. Nothing for addresses
 * that have none, and whatever isn't listed the page asks for itself.
 * @param path without a query: with one, the page shows something else
 * @param lastProjectId the project that `/` leads to
 */
export function listFirstCalls(path: string, lastProjectId: string | null): FirstCall[] {
  const [, top = '', first = '', second = '', third, ...rest] = path.split('/');
  if (top === 'share' && first !== '' && second === '') {
    const params = { token: first };
    return [
      { call: 'GET /api/share/:token', params, query: {} },
      { call: 'GET /api/share/:token/diagnostics', params, query: {} },
    ];
  }
  if (!['', 'account', 'domains', 'projects'].includes(top)) return [];
  const calls: FirstCall[] = [{ call: 'GET /api/session', params: {}, query: {} }];
  const query = { limit: String(DOMAINS_A_PAGE) };
  if (top === 'domains' && first === '')
    return [
      ...calls,
      { call: 'GET /api/domains', params: {}, query },
      { call: 'GET /api/domains/counts', params: {}, query: {} },
    ];
  const projectId = top === '' ? lastProjectId : first;
  if (rest.length > 0 || projectId === null || projectId === '' || (top !== '' && second !== 'domains')) return calls;
  if (third === undefined) {
    return [
      ...calls,
      { call: `GET ${PROJECT}/domains`, params: { projectId }, query },
      { call: `GET ${PROJECT}/domains/counts`, params: { projectId }, query: {} },
    ];
  }
  const params = { projectId, domainId: third };
  for (const part of ['', '/diagnostics', '/events']) calls.push({ call: `GET ${DOMAIN}${part}`, params, query: {} });
  return calls;
}

/** Whether the page at an address comes with the dashboard's first script: the lists of domains, and `/`, which leads to one. All others are in the second. */
export function isInFirstScript(path: string): boolean {
  return /^\/(?:domains\/?|projects\/[^/]+\/domains\/?)?$/.test(path);
}

/** The address of a call: parameters put in, and what is given of the query behind it. */
export function formatCallPath(
  path: string,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`],
  );
  return given.length > 0 ? `${filled}?${given.join('&')}` : filled;
}
