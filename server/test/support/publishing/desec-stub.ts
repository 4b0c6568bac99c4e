import { type DesecChange, type DesecDomain, type DesecItem, DesecRefusal, storeDesecItems } from './desec-rules.ts';
import type { StubReply, StubRequest } from './https-stub.ts';
import { keyOf } from './stub-zone.ts';

/*
 * deSEC's API v1 as docs/ of desec-io/desec-stack describes it, with the words and the order of checks of its source (Django
 * REST framework): authentication, permission, rate limit, then every part of a request before anything is stored.
 */

/** The state of the stub, and how it answers. */
export interface DesecStub {
  /** What each token may do; a revoked one isn't there. */
  readonly tokens: Map<string, { readonly mayWrite: (subname: string, type: string) => boolean }>;
  readonly domains: Map<string, DesecDomain>;
  pageSize: number;
  /** Changes that are still allowed in this second; null for no limit. */
  changesLeft: number | null;
  addDomain(name: string, minimumTtl?: number): DesecDomain;
  answer(request: StubRequest): StubReply;
}

const NOT_FOUND = () => new DesecRefusal(404, { detail: 'Not found.' });

/** Creates the stub without any domain. */
export function createDesecStub(): DesecStub {
  const stub: DesecStub = {
    tokens: new Map(),
    domains: new Map(),
    pageSize: 500,
    changesLeft: null,
    addDomain(name, minimumTtl = 3600) {
      const domain: DesecDomain = { name, minimumTtl, rrSets: new Map() };
      stub.domains.set(name, domain);
      return domain;
    },
    answer(request) {
      try {
        return route(stub, request);
      } catch (error) {
        if (error instanceof DesecRefusal) return error.reply;
        throw error;
      }
    },
  };
  return stub;
}

function route(stub: DesecStub, request: StubRequest): StubReply {
  const token = authenticate(stub, request);
  const [, domainName, , subname, type] =
    /^\/api\/v1\/domains\/(?:([^/]+)\/(rrsets\/(?:([^/]+)\/([A-Z]+)\/)?)?)?$/.exec(request.path) ?? [];
  if (!request.path.startsWith('/api/v1/domains/') || !request.path.endsWith('/')) throw NOT_FOUND();
  if (domainName === undefined) return listDomains(stub, request);
  const domain = stub.domains.get(decodeURIComponent(domainName));
  if (!domain) throw NOT_FOUND();
  if (!request.path.includes('/rrsets/')) return { status: 200, body: showDomain(domain) };
  if (request.method !== 'GET') countChange(stub);
  const mayWrite = token.mayWrite;
  if (subname !== undefined && type !== undefined) {
    const own = decodeURIComponent(subname).replace(/^@$|\.\.\.$/, '');
    return answerOne(domain, { ...request, mayWrite }, own, type);
  }
  if (request.method === 'GET') return listRrSets(stub, domain, request);
  return changeMany(domain, { ...request, mayWrite });
}

function authenticate(stub: DesecStub, { headers }: StubRequest) {
  const [, secret] = /^Token (\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (secret === undefined) throw new DesecRefusal(401, { detail: 'Authentication credentials were not provided.' });
  const token = stub.tokens.get(secret);
  if (!token) throw new DesecRefusal(401, { detail: 'Invalid token.' });
  return token;
}

function countChange(stub: DesecStub): void {
  if (stub.changesLeft === null) return;
  if (stub.changesLeft > 0) stub.changesLeft -= 1;
  else
    throw new DesecRefusal(
      429,
      { detail: 'Request was throttled. Expected available in 1 second.' },
      { 'retry-after': '1' },
    );
}

function showDomain({ name, minimumTtl }: DesecDomain) {
  return { created: '2026-01-01T00:00:00Z', minimum_ttl: minimumTtl, name, published: '2026-01-01T00:00:00Z' };
}

function listDomains(stub: DesecStub, request: StubRequest): StubReply {
  return paginate(stub, request, [...stub.domains.values()].reverse().map(showDomain));
}

function listRrSets(stub: DesecStub, domain: DesecDomain, request: StubRequest): StubReply {
  const [subname, type] = [request.query.get('subname'), request.query.get('type')];
  const found = [...domain.rrSets.values()]
    .reverse()
    .filter((each) => (subname === null || each.name === subname) && (type === null || each.type === type));
  return paginate(
    stub,
    request,
    found.map((each) => showRrSet(domain, each)),
  );
}

function showRrSet(
  domain: DesecDomain,
  { name, type, ttl, values }: { name: string; type: string; ttl: number | null; values: string[] },
) {
  const full = `${[name, domain.name].filter(Boolean).join('.')}.`;
  return {
    domain: domain.name,
    subname: name,
    name: full,
    records: values,
    ttl,
    type,
    touched: '2026-01-01T00:00:00Z',
  };
}

/** More than a page has to be asked for with a cursor, and names the next page in a Link header. */
function paginate(stub: DesecStub, { headers, path, query }: StubRequest, items: readonly unknown[]): StubReply {
  if (items.length <= stub.pageSize) return { status: 200, body: items };
  const cursor = query.get('cursor');
  const addressOf = (value: string) => {
    const others = new URLSearchParams(query);
    others.set('cursor', value);
    return `<https://${headers.host}${path}?${others}>`;
  };
  const first = `${addressOf('')}; rel="first"`;
  if (cursor === null) throw new DesecRefusal(400, { detail: 'Pagination required.' }, { link: first });
  const at = Number(Buffer.from(cursor, 'base64url').toString() || '0');
  const next = at + stub.pageSize;
  const link = next < items.length ? `, ${addressOf(Buffer.from(String(next)).toString('base64url'))}; rel="next"` : '';
  return { status: 200, body: items.slice(at, next), headers: { link: first + link } };
}

function readBody({ body, headers }: StubRequest): unknown {
  if (!/^application\/json\b/.test(headers['content-type'] ?? ''))
    throw new DesecRefusal(415, { detail: `Unsupported media type "${headers['content-type']}" in request.` });
  try {
    return JSON.parse(body);
  } catch {
    throw new DesecRefusal(400, { detail: 'JSON parse error' });
  }
}

function answerOne(domain: DesecDomain, change: DesecChange, subname: string, type: string): StubReply {
  const known = domain.rrSets.get(keyOf(subname, type));
  if (change.method === 'GET') {
    if (!known) throw NOT_FOUND();
    return { status: 200, body: showRrSet(domain, known) };
  }
  if (change.method === 'DELETE') {
    if (!change.mayWrite(subname, type)) throw new DesecRefusal(403, { detail: 'Insufficient token permissions.' });
    domain.rrSets.delete(keyOf(subname, type));
    return { status: 204 };
  }
  if (!known) throw NOT_FOUND();
  const item = { subname, type, ...(readBody(change) as DesecItem) };
  const [stored] = storeDesecItems(domain, change, [item], (errors) => errors[0]);
  return stored ? { status: 200, body: showRrSet(domain, stored) } : { status: 204 };
}

function changeMany(domain: DesecDomain, change: DesecChange): StubReply {
  const body = readBody(change);
  if (Array.isArray(body)) {
    const stored = storeDesecItems(domain, change, body as DesecItem[], (errors) => errors);
    return { status: change.method === 'POST' ? 201 : 200, body: stored.map((each) => showRrSet(domain, each)) };
  }
  if (change.method !== 'POST')
    throw new DesecRefusal(400, { non_field_errors: ['Expected a list of items but got dict.'] });
  const [stored] = storeDesecItems(domain, change, [{ subname: '', ...(body as DesecItem) }], (errors) => errors[0]);
  return { status: 201, body: stored && showRrSet(domain, stored) };
}
