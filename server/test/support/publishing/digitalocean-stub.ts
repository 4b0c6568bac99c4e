import { z } from 'zod';
import type { StubReply, StubRequest } from './https-stub.ts';
import { findHostFault, STUB_NAME } from './stub-zone.ts';

/*
 * The domains of DigitalOcean's API v2 as its OpenAPI document describes them: records with ids and no record sets; a name is
 * given within the domain, or whole with a final dot; hosts are given with a final dot and shown without; texts aren't quoted.
 */

/** A record at the stub, as it is stored. */
export interface DigitaloceanRecord {
  readonly id: number;
  type: string;
  /** Within the domain; `@` is the domain itself. */
  name: string;
  data: string;
  priority: number | null;
  ttl: number;
}

/** The state of the stub, and how it answers. */
export interface DigitaloceanStub {
  /** The scopes of each token; a revoked one isn't there. */
  readonly tokens: Map<string, readonly string[]>;
  readonly domains: Map<string, Map<number, DigitaloceanRecord>>;
  /** Adds a record as somebody else would. */
  add(domain: string, record: Pick<DigitaloceanRecord, 'type' | 'name' | 'data'>): DigitaloceanRecord;
  answer(request: StubRequest): StubReply;
}

class Refusal extends Error {
  readonly reply: StubReply;
  constructor(status: number, id: string, message: string) {
    super(message);
    this.reply = { status, body: { id, message } };
  }
}

const NOT_FOUND = () => new Refusal(404, 'not_found', 'The resource you were accessing could not be found.');
const MOST_TEXT = 512;
const LONGEST_PAGE = 200;

// Fields of other types are there and null.
const numberSchema = z.int().nullish();
const recordSchema = z.strictObject({
  type: z.string(),
  name: z.string().nullish(),
  data: z.string().nullish(),
  priority: numberSchema,
  port: numberSchema,
  ttl: numberSchema,
  weight: numberSchema,
  flags: numberSchema,
  tag: z.string().nullish(),
});

/** Creates the stub without any domain. */
export function createDigitaloceanStub(): DigitaloceanStub {
  let lastId = 28_448_400;
  const stub: DigitaloceanStub = {
    tokens: new Map(),
    domains: new Map(),
    add(domain, record) {
      lastId += 1;
      const stored: DigitaloceanRecord = { priority: null, ttl: 1800, ...record, id: lastId };
      stub.domains.get(domain)?.set(stored.id, stored);
      return stored;
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

function route(stub: DigitaloceanStub, request: StubRequest): StubReply {
  const scopes = authenticate(stub, request);
  const [, domain, isRecords, id] =
    /^\/v2\/domains(?:\/([^/]+)(?:(\/records)(?:\/(\d+))?)?)?$/.exec(request.path) ?? [];
  if (!request.path.startsWith('/v2/domains')) throw NOT_FOUND();
  // The OpenAPI document lets either scope write a record.
  const scope = request.method === 'GET' ? ['domain:read'] : [SCOPES[request.method] ?? '', 'domain:update'];
  if (!scope.some((each) => scopes.includes(each)))
    throw new Refusal(403, 'forbidden', 'You are not authorized to perform this operation');
  if (domain === undefined) return listDomains(stub, request);
  const name = decodeURIComponent(domain);
  const records = stub.domains.get(name);
  if (!records) throw NOT_FOUND();
  if (isRecords === undefined) return { status: 200, body: { domain: showDomain(name) } };
  if (id === undefined)
    return request.method === 'GET' ? listRecords(name, records, request) : create(stub, name, request);
  const record = records.get(Number(id));
  if (!record) throw NOT_FOUND();
  if (request.method === 'GET') return { status: 200, body: { domain_record: show(record) } };
  if (request.method === 'DELETE') {
    records.delete(record.id);
    return { status: 204 };
  }
  if (request.method !== 'PUT' && request.method !== 'PATCH') throw NOT_FOUND();
  const changed = check(name, records, readFields(request.body), record);
  Object.assign(record, changed);
  return { status: 200, body: { domain_record: show(record) } };
}

const SCOPES: Readonly<Record<string, string>> = { POST: 'domain:create', DELETE: 'domain:delete' };

function authenticate(stub: DigitaloceanStub, { headers }: StubRequest): readonly string[] {
  const [, token = ''] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
  const scopes = stub.tokens.get(token);
  if (!scopes) throw new Refusal(401, 'unauthorized', 'Unable to authenticate you');
  return scopes;
}

function showDomain(name: string) {
  return { name, ttl: 1800, zone_file: `$ORIGIN ${name}.\n$TTL 1800\n` };
}

function show({ id, type, name, data, priority, ttl }: DigitaloceanRecord) {
  return { id, type, name, data, priority, port: null, ttl, weight: null, flags: null, tag: null };
}

function paginate({ headers, path, query }: StubRequest, items: readonly unknown[]) {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 20)];
  if (!(page >= 1) || !(perPage >= 1 && perPage <= LONGEST_PAGE))
    throw new Refusal(422, 'unprocessable_entity', 'per_page is invalid');
  const last = Math.max(Math.ceil(items.length / perPage), 1);
  const addressOf = (number: number) => {
    const others = new URLSearchParams(query);
    others.set('page', String(number));
    return `https://${headers.host}${path}?${others}`;
  };
  const pages = {
    ...(page > 1 && { first: addressOf(1), prev: addressOf(page - 1) }),
    ...(page < last && { next: addressOf(page + 1), last: addressOf(last) }),
  };
  const links = last > 1 ? { pages } : {};
  return { items: items.slice((page - 1) * perPage, page * perPage), links, meta: { total: items.length } };
}

function listDomains(stub: DigitaloceanStub, request: StubRequest): StubReply {
  const { items: domains, links, meta } = paginate(request, [...stub.domains.keys()].map(showDomain));
  return { status: 200, body: { domains, links, meta } };
}

function listRecords(domain: string, records: Map<number, DigitaloceanRecord>, request: StubRequest): StubReply {
  const [name, type] = [request.query.get('name'), request.query.get('type')];
  if (name !== null && `.${name}`.endsWith(`.${domain}`) === false)
    throw new Refusal(422, 'unprocessable_entity', 'name must be a fully qualified domain name');
  const found = [...records.values()].filter(
    (each) =>
      (name === null || (each.name === '@' ? domain : `${each.name}.${domain}`) === name) &&
      (type === null || each.type === type),
  );
  const { items, links, meta } = paginate(request, found.map(show));
  return { status: 200, body: { domain_records: items, links, meta } };
}

function create(stub: DigitaloceanStub, domain: string, { method, body }: StubRequest): StubReply {
  const records = stub.domains.get(domain);
  if (method !== 'POST' || !records) throw NOT_FOUND();
  const fields = readFields(body);
  const { type, data } = fields;
  if (data == null) throw new Refusal(422, 'unprocessable_entity', "Data can't be blank");
  if (type !== 'MX' && fields.name == null) throw new Refusal(422, 'unprocessable_entity', "Name can't be blank");
  if (type === 'MX' && fields.priority == null)
    throw new Refusal(422, 'unprocessable_entity', "Priority can't be blank");
  const empty = { id: 0, type, name: '@', data: '', priority: null, ttl: 1800 };
  const stored = stub.add(domain, { ...empty, ...check(domain, records, fields, empty) });
  return { status: 201, body: { domain_record: show(stored) } };
}

function readFields(body: string): z.infer<typeof recordSchema> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'bad_request', 'Invalid JSON');
  }
  const parsed = recordSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Refusal(422, 'unprocessable_entity', `${parsed.error.issues[0]?.path.join('.')} is invalid`);
}

/** Checks a record that is created or changed; gives back the fields that are stored. */
function check(
  domain: string,
  records: Map<number, DigitaloceanRecord>,
  fields: z.infer<typeof recordSchema>,
  known: DigitaloceanRecord,
): Omit<DigitaloceanRecord, 'id'> {
  const refuse = (message: string) => new Refusal(422, 'unprocessable_entity', message);
  const { type } = fields;
  const name = fields.name == null ? known.name : readName(fields.name, domain);
  if (name !== '@' && !STUB_NAME.test(name)) throw refuse('Name is invalid');
  const ttl = fields.ttl ?? known.ttl;
  if (ttl < 30) throw refuse('TTL must be greater than or equal to 30');
  const given = fields.data ?? null;
  const priority = fields.priority ?? known.priority;
  if (type === 'TXT' && given !== null && Buffer.byteLength(given) > MOST_TEXT) throw refuse('Data is too long');
  const isHost = type === 'CNAME' || type === 'MX';
  if (isHost && given !== null && findHostFault(given) !== null) throw refuse('Data needs to end with a dot (.)');
  const others = [...records.values()].filter((each) => each.id !== known.id && each.name === name);
  if (others.some((each) => each.type === 'CNAME' || type === 'CNAME'))
    throw refuse('CNAME records cannot share a name with other records');
  if (type === 'CNAME' && name === '@') throw refuse('CNAME records cannot be at the apex');
  const data = given === null ? known.data : isHost ? showHost(given, domain) : given;
  return { type, name, data, priority, ttl };
}

function readName(given: string, domain: string): string {
  const name = given.toLowerCase();
  if (!name.endsWith('.')) return name === '' ? '@' : name;
  if (name === `${domain}.`) return '@';
  return name.endsWith(`.${domain}.`) ? name.slice(0, -domain.length - 2) : '!';
}

function showHost(given: string, domain: string): string {
  const host = given === '.' ? '.' : given.slice(0, -1).toLowerCase();
  return host === domain ? '@' : host;
}
