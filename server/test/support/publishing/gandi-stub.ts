import { z } from 'zod';
import type { StubReply, StubRequest } from './https-stub.ts';
import { breaksCnameRule, findValueFault, keyOf, STUB_NAME, type StubRrSet, type StubZone } from './stub-zone.ts';

/*
 * Gandi's LiveDNS API v5 as api.gandi.net/docs/livedns describes it: record sets by name and type. A personal access token comes
 * as `Bearer`; the older keys as `Apikey`, which is deprecated and still taken.
 */

/** The state of the stub, and how it answers. */
export interface GandiStub {
  /** What each token may do; a revoked one isn't there. */
  readonly tokens: Map<string, 'read' | 'write'>;
  readonly domains: Map<string, StubZone>;
  addDomain(name: string): StubZone;
  answer(request: StubRequest): StubReply;
}

class Refusal extends Error {
  readonly reply: StubReply;
  constructor(status: number, cause: string, message: string) {
    super(message);
    this.reply = { status, body: { object: `HTTP${cause.replaceAll(' ', '')}`, cause, code: status, message } };
  }
}

const NOT_FOUND = () => new Refusal(404, 'Not Found', 'The resource could not be found.');
const bodySchema = z.strictObject({
  rrset_ttl: z.int().min(300).max(2_592_000).optional(),
  rrset_values: z.array(z.string().min(1)).min(1),
  rrset_name: z.string().optional(),
  rrset_type: z.string().optional(),
});
const DEFAULT_TTL = 10_800;

/** Creates the stub without any domain. */
export function createGandiStub(): GandiStub {
  const stub: GandiStub = {
    tokens: new Map(),
    domains: new Map(),
    addDomain(name) {
      const zone: StubZone = { name, rrSets: new Map() };
      stub.domains.set(name, zone);
      return zone;
    },
    answer(request) {
      try {
        return route(stub, request);
      } catch (error) {
        if (error instanceof Refusal) return error.reply;
        throw error;
      }
    },
  };
  return stub;
}

function route(stub: GandiStub, request: StubRequest): StubReply {
  const access = authenticate(stub, request);
  const { method, path } = request;
  const [, domain, isRecords, givenName, type] =
    /^\/v5\/livedns\/domains(?:\/([^/]+)(?:(\/records)(?:\/([^/]+)(?:\/([A-Z]+))?)?)?)?$/.exec(path) ?? [];
  if (!path.startsWith('/v5/livedns/domains')) throw NOT_FOUND();
  if (method !== 'GET' && access === 'read') throw new Refusal(403, 'Forbidden', 'Access was denied to this resource.');
  if (domain === undefined) return listDomains(stub, request);
  const zone = stub.domains.get(decodeURIComponent(domain));
  if (!zone) throw NOT_FOUND();
  if (isRecords === undefined) return { status: 200, body: { fqdn: zone.name, automatic_snapshots: false } };
  const name = givenName === undefined ? undefined : readName(decodeURIComponent(givenName));
  if (method === 'GET') return find(zone, request, name, type);
  if (method === 'DELETE') return remove(zone, name, type);
  const body = parseBody(request.body);
  const place = { name: name ?? readName(body.rrset_name ?? '@'), type: type ?? body.rrset_type ?? '' };
  if (method !== 'POST' && (method !== 'PUT' || type === undefined)) throw NOT_FOUND();
  return store(zone, place, body, method === 'PUT');
}

function authenticate(stub: GandiStub, { headers }: StubRequest): 'read' | 'write' {
  const [, token = ''] = /^(?:Bearer|Apikey) (\S+)$/.exec(headers.authorization ?? '') ?? [];
  const access = stub.tokens.get(token);
  if (access) return access;
  const wrong = 'Either you supplied the wrong credentials (e.g., bad api key), or your access token has expired';
  const message = `The server could not verify that you authorized to access the document you requested. ${wrong}`;
  throw new Refusal(401, 'Unauthorized', message);
}

function readName(given: string): string {
  return given === '@' ? '' : given;
}

function paginate({ query }: StubRequest, items: readonly unknown[]): StubReply {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 100)];
  if (!(page >= 1) || !(perPage >= 1 && perPage <= 500)) throw new Refusal(400, 'Bad Request', 'per_page is invalid');
  const shown = items.slice((page - 1) * perPage, page * perPage);
  return { status: 200, body: shown, headers: { 'total-count': String(items.length) } };
}

function listDomains(stub: GandiStub, request: StubRequest): StubReply {
  const shown = [...stub.domains.keys()].map((fqdn) => ({ fqdn, domain_href: `${request.path}/${fqdn}` }));
  return paginate(request, shown);
}

function show({ name, type, ttl, values }: StubRrSet) {
  return { rrset_name: name === '' ? '@' : name, rrset_type: type, rrset_ttl: ttl, rrset_values: values };
}

function find(zone: StubZone, request: StubRequest, name: string | undefined, type: string | undefined): StubReply {
  const all = [...zone.rrSets.values()];
  if (name === undefined) return paginate(request, all.map(show));
  const found = all.filter((each) => each.name === name && (type === undefined || each.type === type));
  const [first] = found;
  if (!first) throw NOT_FOUND();
  return { status: 200, body: type === undefined ? found.map(show) : show(first) };
}

function remove(zone: StubZone, name: string | undefined, type: string | undefined): StubReply {
  if (name === undefined) throw NOT_FOUND();
  const leaving = [...zone.rrSets].filter(
    ([, each]) => each.name === name && (type === undefined || each.type === type),
  );
  if (leaving.length === 0) throw NOT_FOUND();
  for (const [key] of leaving) zone.rrSets.delete(key);
  return { status: 204 };
}

function refuseField(name: string, description: string): Refusal {
  const refusal = new Refusal(400, 'Bad Request', description);
  Object.assign(refusal.reply, { body: { status: 'error', errors: [{ location: 'body', name, description }] } });
  return refusal;
}

function parseBody(body: string): z.infer<typeof bodySchema> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'Bad Request', 'Invalid JSON');
  }
  const parsed = bodySchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuseField(issue?.path.join('.') ?? '', issue?.message ?? '');
}

function store(
  zone: StubZone,
  { name, type }: { readonly name: string; readonly type: string },
  { rrset_ttl: ttl = DEFAULT_TTL, rrset_values: given }: z.infer<typeof bodySchema>,
  mayReplace: boolean,
): StubReply {
  if (name !== '' && !STUB_NAME.test(name)) throw refuseField('rrset_name', 'Invalid name');
  if (!/^[A-Z]+$/.test(type)) throw refuseField('rrset_type', 'Invalid type');
  const known = zone.rrSets.get(keyOf(name, type));
  if (known && !mayReplace) throw new Refusal(409, 'Conflict', 'A DNS Record already exists with that name and type.');
  if (breaksCnameRule(zone, name, type)) throw new Refusal(409, 'Conflict', 'A CNAME conflicts with another record.');
  // A text without quotes gets some; a host without a final dot belongs below the domain.
  const values = given.map((value) => (type === 'TXT' && !value.startsWith('"') ? `"${value}"` : value));
  if (new Set(values).size < values.length) throw refuseField('rrset_values', 'Duplicate values');
  if (type === 'CNAME' && (values.length > 1 || name === '')) throw refuseField('rrset_values', 'Invalid CNAME');
  const whole =
    type === 'TXT' ? values : values.map((value) => (value.endsWith('.') ? value : `${value}.${zone.name}.`));
  const fault = whole.map((value) => findValueFault(type, value)).find((each) => each !== null);
  if (fault) throw refuseField('rrset_values', fault);
  zone.rrSets.set(keyOf(name, type), { name, type, ttl, values });
  return { status: 201, body: { message: 'DNS Record Created' } };
}
