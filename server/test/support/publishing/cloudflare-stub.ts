import { randomBytes } from 'node:crypto';
import { readTxt } from '../../../src/core/publishing/rdata.ts';
import {
  CloudflareRefusal,
  changeRecord,
  createRecord,
  deleteRecord,
  findRecord,
  readObject,
  type StoredRecord,
} from './cloudflare-records.ts';
import { type HttpsStub, type StubReply, type StubRequest, startHttpsStub } from './https-stub.ts';
import type { TestAuthority } from './test-authority.ts';

/** The public host of the API. */
export const CLOUDFLARE_HOST = 'api.cloudflare.com';

/** What a token may do, and in which zones; all where none are named. */
export interface StubToken {
  readonly mayReadZones: boolean;
  readonly mayReadRecords: boolean;
  readonly mayEditRecords: boolean;
  readonly zones?: readonly string[];
}

/** A zone of the stub. */
export interface StubZone {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'pending' | 'moved';
  readonly type: 'full' | 'partial' | 'secondary';
  /** How many records its plan has room for. */
  quota: number;
  records: StoredRecord[];
}

/** Cloudflare's API, v4, as far as zones and records go. It is strict: what the real one is documented to refuse it refuses. */
export interface CloudflareStub extends HttpsStub {
  /** For the setting `endpoint`. */
  readonly endpoint: string;
  /** By their text; one that isn't here was revoked. */
  readonly tokens: Map<string, StubToken>;
  readonly zones: StubZone[];
  /** The most that a page has, whatever is asked for. */
  pageSize: number;
  addZone(name: string, zone?: Partial<Pick<StubZone, 'status' | 'type' | 'quota'>>): StubZone;
  /** Puts a record there as somebody else would. */
  put(zone: StubZone, record: object): StoredRecord;
  /** Edits one as somebody else would, in the panel. */
  edit(zone: StubZone, id: string, fields: object): void;
  /** The texts at a name. */
  findTexts(name: string): string[];
}

const PREFIX = '/client/v4';
const ZONE_QUERY = ['name', 'status', 'page', 'per_page', 'type', 'match', 'order', 'direction', 'account.id'];
const RECORD_QUERY = ['name', 'name.exact', 'type', 'content', 'content.exact', 'page', 'per_page', 'match', 'order'];
/** Free zones since September 2024. */
const FREE_QUOTA = 200;
const MOST_AT_ONCE = 200;

const AUTHENTICATION_ERROR = new CloudflareRefusal(403, 10000, 'Authentication error');
const UNAUTHORIZED = new CloudflareRefusal(403, 9109, 'Unauthorized to access requested resource');
const NO_ROUTE = new CloudflareRefusal(
  400,
  7003,
  'Could not route to this path, perhaps your object identifier is invalid?',
);

/** Starts the stub with one token that may all. */
export async function startCloudflareStub(authority: TestAuthority, token: string): Promise<CloudflareStub> {
  const tokens = new Map<string, StubToken>([
    [token, { mayReadZones: true, mayReadRecords: true, mayEditRecords: true }],
  ]);
  const zones: StubZone[] = [];
  const http = await startHttpsStub({ authority, host: CLOUDFLARE_HOST, answer: (request) => answer(request) });
  const stub: CloudflareStub = Object.assign(http, {
    endpoint: `${http.url}${PREFIX}`,
    tokens,
    zones,
    pageSize: Number.POSITIVE_INFINITY,
    addZone(name: string, given: Partial<StubZone> = {}) {
      const id = randomBytes(16).toString('hex');
      const zone: StubZone = { id, name, status: 'active', type: 'full', quota: FREE_QUOTA, records: [], ...given };
      zones.push(zone);
      return zone;
    },
    put(zone: StubZone, given: object) {
      const { records, record } = createRecord(zone, zone.records, given);
      zone.records = records;
      return record;
    },
    edit(zone: StubZone, id: string, given: object) {
      zone.records = changeRecord(zone, zone.records, { id, given, isPatch: true }).records;
    },
    findTexts: (name: string) =>
      zones
        .flatMap(({ records }) => records)
        .filter((record) => record.type === 'TXT' && record.name === name)
        .map(({ content }) => (content.startsWith('"') ? (readTxt(content) ?? '') : content)),
  });

  function answer(request: StubRequest): StubReply {
    try {
      const allowed = authenticate(tokens, request);
      const { result, info } = route(request, allowed);
      return {
        status: 200,
        body: { result, success: true, errors: [], messages: [], ...(info && { result_info: info }) },
      };
    } catch (error) {
      if (!(error instanceof CloudflareRefusal)) throw error;
      const errors = [{ code: error.code, message: error.message }];
      return { status: error.status, body: { result: null, success: false, errors, messages: [] } };
    }
  }

  function route(request: StubRequest, token: StubToken): { result: unknown; info?: object } {
    const [what, zoneId, under, recordId, ...rest] = request.path.slice(PREFIX.length + 1).split('/');
    if (!request.path.startsWith(`${PREFIX}/`) || what !== 'zones' || rest.length > 0) throw NO_ROUTE;
    if (zoneId === undefined) return listZones(request, token);
    if (!/^[0-9a-f]{32}$/.test(zoneId)) throw NO_ROUTE;
    const zone = zones.find(({ id }) => id === zoneId);
    if (!zone || !isInScope(token, zone)) throw under === undefined ? UNAUTHORIZED : AUTHENTICATION_ERROR;
    if (under === undefined && request.method === 'GET' && token.mayReadZones) return { result: formatZone(zone) };
    if (under !== 'dns_records') throw UNAUTHORIZED;
    const isReading = request.method === 'GET';
    if (isReading ? !token.mayReadRecords && !token.mayEditRecords : !token.mayEditRecords) throw AUTHENTICATION_ERROR;
    if (!isReading && zone.type === 'secondary') throw new CloudflareRefusal(400, 1034, 'Zone is a secondary zone.');
    return routeRecords(request, zone, recordId);
  }

  function listZones({ method, query }: StubRequest, token: StubToken) {
    if (method !== 'GET') throw AUTHENTICATION_ERROR;
    checkQuery(query, ZONE_QUERY);
    const seen = zones.filter(
      (zone) =>
        token.mayReadZones &&
        isInScope(token, zone) &&
        (query.get('name') ?? zone.name) === zone.name &&
        (query.get('status') ?? zone.status) === zone.status,
    );
    return paginate(seen.map(formatZone), query, { usual: 20, least: 1, most: 50 });
  }

  function routeRecords(request: StubRequest, zone: StubZone, recordId: string | undefined) {
    const { method, query } = request;
    if (recordId === undefined && method === 'GET') {
      checkQuery(query, RECORD_QUERY);
      return paginate(
        zone.records.filter((record) => matches(record, query)),
        query,
        { usual: 100, least: 1, most: 5_000_000 },
      );
    }
    if (recordId === 'usage' && method === 'GET')
      return { result: { record_quota: zone.quota, record_usage: zone.records.length } };
    if (method === 'GET' && recordId !== undefined) return { result: findRecord(zone.records, recordId) };
    if (recordId === 'batch' && method === 'POST') return { result: carryOutBatch(zone, readBody(request)) };
    if (recordId === undefined && method === 'POST') return { result: stub.put(zone, readObject(readBody(request))) };
    if (recordId === undefined || recordId === 'batch') throw NO_ROUTE;
    if (method === 'DELETE') {
      zone.records = deleteRecord(zone.records, recordId).records;
      return { result: { id: recordId } };
    }
    if (method !== 'PUT' && method !== 'PATCH') throw NO_ROUTE;
    const change = { id: recordId, given: readBody(request), isPatch: method === 'PATCH' };
    const { records, record } = changeRecord(zone, zone.records, change);
    zone.records = records;
    return { result: record };
  }

  function paginate<T>(
    all: readonly T[],
    query: URLSearchParams,
    sizes: { usual: number; least: number; most: number },
  ) {
    const read = (name: string, usual: number) => (query.has(name) ? Number(query.get(name)) : usual);
    const [page, asked] = [read('page', 1), read('per_page', sizes.usual)];
    if (!Number.isInteger(page) || page < 1) throw new CloudflareRefusal(400, 9207, 'page must be a positive number.');
    if (!Number.isInteger(asked) || asked < sizes.least || asked > sizes.most)
      throw new CloudflareRefusal(400, 9207, `per_page must be between ${sizes.least} and ${sizes.most}.`);
    const size = Math.min(asked, stub.pageSize);
    const result = all.slice((page - 1) * size, page * size);
    const totals = { total_count: all.length, total_pages: Math.ceil(all.length / size) };
    return { result, info: { page, per_page: size, count: result.length, ...totals } };
  }

  return stub;
}

function authenticate(tokens: ReadonlyMap<string, StubToken>, { headers }: StubRequest): StubToken {
  const given = /^Bearer ([\w-]{40})$/.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) throw new CloudflareRefusal(400, 6003, 'Invalid request headers');
  const token = tokens.get(given);
  if (!token) throw new CloudflareRefusal(403, 9109, 'Invalid access token');
  return token;
}

function isInScope({ zones }: StubToken, { name }: StubZone): boolean {
  return zones === undefined || zones.includes(name);
}

function readBody({ headers, body }: StubRequest): unknown {
  if (headers['content-type']?.split(';')[0] !== 'application/json')
    throw new CloudflareRefusal(400, 6002, 'Invalid Content-Type header.');
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new CloudflareRefusal(400, 9207, `Request body is invalid: ${String(error)}`);
  }
}

/** All or nothing: deletes, then patches, puts and posts, each on what the ones before left. */
function carryOutBatch(zone: StubZone, body: unknown) {
  const fields = readObject(body);
  for (const name of Object.keys(fields))
    if (!['deletes', 'patches', 'puts', 'posts'].includes(name))
      throw new CloudflareRefusal(400, 9207, `What is ${name}?`);
  const read = (name: string): readonly unknown[] => {
    const list = fields[name] ?? [];
    if (!Array.isArray(list)) throw new CloudflareRefusal(400, 9207, `${name} must be a list.`);
    return list;
  };
  const [deletes, patches, puts, posts] = ['deletes', 'patches', 'puts', 'posts'].map(read) as [
    readonly unknown[],
    readonly unknown[],
    readonly unknown[],
    readonly unknown[],
  ];
  if (deletes.length + patches.length + puts.length + posts.length > MOST_AT_ONCE)
    throw new CloudflareRefusal(400, 9308, 'Too many operations in one batch.');
  let { records } = zone;
  const take = (step: { records: StoredRecord[]; record: StoredRecord }): StoredRecord => {
    records = step.records;
    return step.record;
  };
  const change = (given: unknown, isPatch: boolean) => {
    const { id, ...rest } = readObject(given);
    return take(changeRecord(zone, records, { id: String(id), given: rest, isPatch }));
  };
  const result = {
    deletes: deletes.map((given) => take(deleteRecord(records, String(readObject(given).id)))),
    patches: patches.map((given) => change(given, true)),
    puts: puts.map((given) => change(given, false)),
    posts: posts.map((given) => take(createRecord(zone, records, given))),
  };
  zone.records = records;
  return result;
}

function checkQuery(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys())
    if (!known.includes(name)) throw new CloudflareRefusal(400, 9207, `The stub knows no parameter ${name}.`);
}

function matches({ name, type, content }: StoredRecord, query: URLSearchParams): boolean {
  const wanted = (values: readonly string[], value: string) =>
    values.every((key) => [null, value].includes(query.get(key)?.toLowerCase() ?? null));
  return (
    wanted(['name', 'name.exact'], name) &&
    wanted(['type'], type.toLowerCase()) &&
    wanted(['content', 'content.exact'], content.toLowerCase())
  );
}

function formatZone({ id, name, status, type }: StubZone) {
  const plan = { id: '0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee', name: 'Free Website', price: 0, currency: 'USD' };
  const nameServers = ['ada.ns.cloudflare.com', 'lee.ns.cloudflare.com'];
  const account = { id: '01a7362d577a6c3019a474fd6f485823', name: 'Account' };
  return { id, name, status, type, paused: false, name_servers: nameServers, plan, account };
}
