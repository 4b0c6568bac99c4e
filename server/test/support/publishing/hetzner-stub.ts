import { z } from 'zod';
import { advance, type HetznerAction, pollAction, type Start, startAction } from './hetzner-actions.ts';
import { findZoneFault, type HetznerZone, StubRefusal } from './hetzner-rules.ts';
import type { StubReply, StubRequest } from './https-stub.ts';
import { keyOf, type StubRrSet } from './stub-zone.ts';

/*
 * The DNS part of the Hetzner Cloud API v1 as docs.hetzner.cloud describes it: zones, RRSets and actions. No client of Debian
 * knows this API yet; Hetzner's own client for Python was run against this stub by hand. A change is made when its action ends, and a zone whose
 * action is still running is locked.
 */

/** The state of the stub, and how it answers. */
export interface HetznerStub {
  /** What each token may do; a revoked one isn't there. */
  readonly tokens: Map<string, 'read' | 'write'>;
  readonly zones: Map<number, HetznerZone>;
  /** How many records the project may have; null for no limit. */
  mostRecords: number | null;
  /** How many requests to its zone an action takes. */
  polls: number;
  /** What the next action fails with. */
  failNextAction: { readonly code: string; readonly message: string } | null;
  addZone(name: string, mode?: HetznerZone['mode']): HetznerZone;
  answer(request: StubRequest): StubReply;
}

const recordsSchema = z
  .array(z.strictObject({ value: z.string().min(1), comment: z.string().nullish() }))
  .min(1)
  .max(50);
const ttlSchema = z.int().min(60).max(2_147_483_647).nullable();
const createSchema = z.strictObject({
  name: z.string(),
  type: z.string(),
  ttl: ttlSchema.optional(),
  labels: z.record(z.string(), z.string()).optional(),
  records: recordsSchema,
});
const changeSchema = z.strictObject({ records: recordsSchema, ttl: ttlSchema.optional() });
const TYPES = 'A AAAA CAA CNAME DS HINFO HTTPS MX NS PTR RP SOA SRV SVCB TLSA TXT'.split(' ');

/** Creates the stub without any zone. */
export function createHetznerStub(): HetznerStub {
  const actions = new Map<number, HetznerAction>();
  let lastId = 590_000_000;
  const stub: HetznerStub = {
    tokens: new Map(),
    zones: new Map(),
    mostRecords: null,
    polls: 1,
    failNextAction: null,
    addZone(name, mode = 'primary') {
      lastId += 1;
      const zone: HetznerZone = { id: lastId, name, mode, ttl: 10_800, rrSets: new Map() };
      stub.zones.set(zone.id, zone);
      return zone;
    },
    answer(request) {
      try {
        return route(stub, actions, request);
      } catch (error) {
        if (error instanceof StubRefusal) return error.reply;
        throw error;
      }
    },
  };
  return stub;
}

function route(stub: HetznerStub, actions: Map<number, HetznerAction>, request: StubRequest): StubReply {
  authorize(stub, request);
  const [, any] = /^\/v1\/actions\/(\d+)$/.exec(request.path) ?? [];
  if (any !== undefined) return { status: 200, body: { action: pollAction(actions, Number(any)) } };
  const [, zonePart, rest = ''] = /^\/v1\/zones(?:\/([^/]+)(\/.*)?)?$/.exec(request.path) ?? [];
  if (!/^\/v1\/zones(?:\/|$)/.test(request.path)) throw new StubRefusal(404, 'not_found', 'not found');
  if (zonePart === undefined) return listZones(stub, request);
  const wanted = decodeURIComponent(zonePart);
  const zone = [...stub.zones.values()].find(({ id, name }) => String(id) === wanted || name === wanted);
  if (!zone) throw new StubRefusal(404, 'not_found', `zone with ID '${wanted}' not found`);
  for (const action of actions.values()) if (action.zone === zone.id) advance(action);
  if (rest === '') return { status: 200, body: { zone: showZone(zone) } };
  const [, actionId] = /^\/actions\/(\d+)$/.exec(rest) ?? [];
  if (actionId !== undefined) return { status: 200, body: { action: pollAction(actions, Number(actionId), zone.id) } };
  const [, name, type, command] = /^\/rrsets(?:\/([^/]+)\/([A-Z]+)(?:\/actions\/([a-z_]+))?)?$/.exec(rest) ?? [];
  if (!rest.startsWith('/rrsets')) throw new StubRefusal(404, 'not_found', 'not found');
  if (zone.mode !== 'primary')
    throw new StubRefusal(422, 'incorrect_zone_mode', "this operation is not supported for this Zone's mode");
  if (request.method === 'GET' && name === undefined) return listRrSets(zone, request);
  const start = (act: string, apply: () => void) => startAction(stub, actions, zone.id, act, apply);
  if (name === undefined) return create(stub, zone, request, start);
  return change(stub, zone, { request, name: decodeURIComponent(name), type: type ?? '', command }, start);
}

function authorize(stub: HetznerStub, { method, headers }: StubRequest): void {
  const [, token = ''] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
  const access = stub.tokens.get(token);
  if (!access) throw new StubRefusal(401, 'unauthorized', 'unable to authenticate');
  if (access === 'read' && method !== 'GET')
    throw new StubRefusal(403, 'token_readonly', 'the token is only allowed to perform GET requests');
}

function showZone({ id, name, mode, ttl, rrSets }: HetznerZone) {
  const recordCount = [...rrSets.values()].reduce((sum, { values }) => sum + values.length, 0);
  const times = { created: '2026-01-01T00:00:00Z', status: 'ok', registrar: 'other', labels: {} };
  return { id, name, mode, ttl, protection: { delete: false }, record_count: recordCount, ...times };
}

/** A page may not be longer than documented, and is 25 long where nothing is said. */
function paginate(query: URLSearchParams, items: readonly unknown[], longest: number) {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 25)];
  if (!(perPage >= 1 && perPage <= longest) || !(page >= 1))
    throw new StubRefusal(422, 'invalid_input', "invalid input in field 'per_page'");
  const lastPage = Math.max(Math.ceil(items.length / perPage), 1);
  const pagination = {
    page,
    per_page: perPage,
    previous_page: page > 1 ? page - 1 : null,
    next_page: page < lastPage ? page + 1 : null,
    last_page: lastPage,
    total_entries: items.length,
  };
  return { items: items.slice((page - 1) * perPage, page * perPage), meta: { pagination } };
}

function listZones(stub: HetznerStub, { query }: StubRequest): StubReply {
  const [name, mode] = [query.get('name'), query.get('mode')];
  const found = [...stub.zones.values()].filter(
    (zone) => (name === null || zone.name === name) && (mode === null || zone.mode === mode),
  );
  const { items, meta } = paginate(query, found.map(showZone), 50);
  return { status: 200, body: { zones: items, meta } };
}

function showRrSet(zone: HetznerZone, { name, type, ttl, values, comments }: StubRrSet) {
  const shown = name === '' ? '@' : name;
  const records = values.map((value) => ({ value, comment: comments?.get(value) ?? '' }));
  return {
    id: `${shown}/${type}`,
    name: shown,
    type,
    ttl,
    labels: {},
    protection: { change: false },
    records,
    zone: zone.id,
  };
}

function listRrSets(zone: HetznerZone, { query }: StubRequest): StubReply {
  const [name, types] = [query.get('name'), query.getAll('type')];
  if (types.some((type) => !TYPES.includes(type)))
    throw new StubRefusal(422, 'invalid_input', "invalid input in field 'type'");
  const found = [...zone.rrSets.values()]
    .map((each) => showRrSet(zone, each))
    .filter((each) => (name === null || each.name === name) && (types.length === 0 || types.includes(each.type)));
  const { items, meta } = paginate(query, found, 100);
  return { status: 200, body: { rrsets: items, meta } };
}

function parseBody<T>(schema: z.ZodType<T>, body: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new StubRefusal(400, 'json_error', 'invalid JSON input');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new StubRefusal(422, 'invalid_input', `invalid input in field '${issue?.path.join('.')}': ${issue?.message}`);
}

function countRecords(stub: HetznerStub, more: number): void {
  const now = [...stub.zones.values()].flatMap(({ rrSets }) => [...rrSets.values()].flatMap(({ values }) => values));
  if (stub.mostRecords !== null && now.length + more > stub.mostRecords)
    throw new StubRefusal(403, 'resource_limit_exceeded', 'zone record limit exceeded');
}

function create(stub: HetznerStub, zone: HetznerZone, { method, body }: StubRequest, start: Start): StubReply {
  if (method !== 'POST') throw new StubRefusal(405, 'method_not_allowed', 'the request method is not allowed');
  const { name: given, type, ttl = null, records } = parseBody(createSchema, body);
  const name = given === '@' ? '' : given;
  const values = records.map(({ value }) => value);
  const rrSet: StubRrSet = { name, type, ttl, values };
  if (zone.rrSets.has(keyOf(name, type)))
    throw new StubRefusal(409, 'uniqueness_error', `RRSet with name '${given}' and type '${type}' already exists`);
  findZoneFault(zone, rrSet, given);
  countRecords(stub, values.length);
  const action = start('create_rrset', () => zone.rrSets.set(keyOf(name, type), rrSet));
  return { status: 201, body: { rrset: showRrSet(zone, rrSet), action } };
}

interface Command {
  readonly request: StubRequest;
  readonly name: string;
  readonly type: string;
  readonly command: string | undefined;
}

function change(
  stub: HetznerStub,
  zone: HetznerZone,
  { request, name: given, type, command }: Command,
  start: Start,
): StubReply {
  const name = given === '@' ? '' : given;
  const key = keyOf(name, type);
  const known = zone.rrSets.get(key);
  const { method, body } = request;
  if (!known && command !== 'add_records')
    throw new StubRefusal(404, 'not_found', `RRSet '${given}/${type}' not found`);
  if (method === 'GET' && known) return { status: 200, body: { rrset: showRrSet(zone, known) } };
  if (method === 'DELETE' && command === undefined)
    return { status: 201, body: { action: start('delete_rrset', () => zone.rrSets.delete(key)) } };
  if (method !== 'POST') throw new StubRefusal(405, 'method_not_allowed', 'the request method is not allowed');
  if (command === 'change_ttl' && known) {
    const { ttl } = parseBody(z.strictObject({ ttl: ttlSchema }), body);
    const apply = () => {
      known.ttl = ttl;
    };
    return { status: 201, body: { action: start(command, apply) } };
  }
  const { records, ttl = null } = parseBody(changeSchema, body);
  const given_ = records.map(({ value }) => value);
  const values = changeValues(command, known?.values ?? [], given_);
  if (ttl !== null && known?.ttl != null && ttl !== known.ttl)
    throw new StubRefusal(422, 'invalid_input', "invalid input in field 'ttl': differs from the TTL of the RRSet");
  if (values.length > 0) findZoneFault(zone, { name, type, ttl, values }, given);
  countRecords(stub, values.length - (known?.values.length ?? 0));
  const apply = () => {
    for (const { value, comment } of records) if (command === 'set_records') known?.comments?.set(value, comment ?? '');
    if (values.length === 0) zone.rrSets.delete(key);
    else if (known) known.values = values;
    else zone.rrSets.set(key, { name, type, ttl, values });
  };
  return { status: 201, body: { action: start(`${command}`, apply) } };
}

function changeValues(command: string | undefined, now: readonly string[], given: readonly string[]): string[] {
  if (command === 'set_records') return [...given];
  if (command === 'add_records') return [...now, ...given];
  if (command !== 'remove_records') throw new StubRefusal(404, 'not_found', 'not found');
  const absent = given.find((value) => !now.includes(value));
  if (absent !== undefined) throw new StubRefusal(422, 'invalid_input', `record '${absent}' is not in the RRSet`);
  return now.filter((value) => !given.includes(value));
}
