import { randomBytes } from 'node:crypto';
import { type AwsCredentials, verifySignature } from '../aws-signature.ts';
import { type HttpsStub, type StubReply, type StubRequest, startHttpsStub } from './https-stub.ts';
import {
  applyBatch,
  compareSets,
  normalizeName,
  Route53Refusal,
  readBatch,
  reverseName,
  type StoredSet,
} from './route53-records.ts';
import type { TestAuthority } from './test-authority.ts';
import { formatXml, parseXml, type XmlContent } from './xml.ts';

/** The public host of the API. */
export const ROUTE53_HOST = 'route53.amazonaws.com';

/** The actions of IAM that the stub knows. */
export type Route53Action =
  | 'ListHostedZonesByName'
  | 'GetHostedZone'
  | 'ListResourceRecordSets'
  | 'ChangeResourceRecordSets'
  | 'GetChange';

/** Somebody with an access key. */
export interface StubUser extends AwsCredentials {
  /** What its policy doesn't allow. */
  readonly denied?: readonly Route53Action[];
}

/** A hosted zone of the stub. */
export interface StubHostedZone {
  readonly id: string;
  /** With a final dot. */
  readonly name: string;
  readonly isPrivate: boolean;
  readonly nameServers: readonly string[];
  /** How many records it has room for. */
  limit: number;
  sets: StoredSet[];
}

/** Amazon Route 53's API, as far as zones and records go. It is strict: what the real one is documented to refuse it refuses. */
export interface Route53Stub extends HttpsStub {
  readonly users: StubUser[];
  readonly zones: StubHostedZone[];
  /** The most that a page has, whatever is asked for. */
  pageSize: number;
  /** How often a change is asked for before all servers have it. */
  pollsUntilInSync: number;
  /** How far its clock is before ours. */
  clockOffsetMs: number;
  /** How an invalid batch is told: as most errors are, or in the list of its own that the API reference has. */
  listsMessages: boolean;
  addZone(name: string, zone?: Partial<Pick<StubHostedZone, 'isPrivate' | 'nameServers' | 'limit'>>): StubHostedZone;
  /** Puts a set there as somebody else would. */
  put(zone: StubHostedZone, set: Omit<StoredSet, 'name'> & { readonly name: string }): void;
  /** The texts at a name. */
  findTexts(name: string): string[];
}

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';
const PREFIX = '/2013-04-01';
const MOST_ITEMS = 300;
const ZONES_AT_ONCE = 100;
const CLOCK_TOLERANCE_MS = 15 * 60_000;
const ZONE_LIMIT = 10_000;
const REGION = 'us-east-1';

type Content = Readonly<Record<string, XmlContent | readonly XmlContent[] | undefined>>;

/** Starts the stub with users that it knows. */
export async function startRoute53Stub(authority: TestAuthority, users: readonly StubUser[]): Promise<Route53Stub> {
  const zones: StubHostedZone[] = [];
  const polls = new Map<string, number>();
  const http = await startHttpsStub({ authority, host: ROUTE53_HOST, answer: (request) => answer(request) });
  const stub: Route53Stub = Object.assign(http, {
    users: [...users],
    zones,
    pageSize: MOST_ITEMS,
    pollsUntilInSync: 1,
    clockOffsetMs: 0,
    listsMessages: false,
    addZone(name: string, given: Partial<StubHostedZone> = {}) {
      const nameServers = ['ns-1.awsdns-00.com', 'ns-2.awsdns-00.net'];
      const zone: StubHostedZone = {
        id: `Z${randomBytes(9).toString('hex').toUpperCase()}`,
        name: normalizeName(name),
        isPrivate: false,
        nameServers,
        limit: ZONE_LIMIT,
        sets: [],
        ...given,
      };
      zones.push(zone);
      return zone;
    },
    put(zone: StubHostedZone, set: StoredSet) {
      zone.sets.push({ ...set, name: normalizeName(set.name) });
    },
    findTexts: (name: string) =>
      zones
        .flatMap(({ sets }) => sets)
        .filter((set) => set.type === 'TXT' && set.name === normalizeName(name))
        .flatMap(({ values }) => values.map((value) => value.slice(1, -1))),
  });

  function answer(request: StubRequest): StubReply {
    try {
      const user = authenticate(request);
      const [name, content] = route(request, user);
      return reply(200, formatXml(name, content, ` xmlns="${NAMESPACE}"`));
    } catch (error) {
      if (!(error instanceof Route53Refusal)) throw error;
      return reply(error.status, formatError(error, stub.listsMessages));
    }
  }

  function authenticate(request: StubRequest): StubUser {
    const { method, path, search, headers, body } = request;
    const url = search === '' ? path : `${path}?${search}`;
    const id = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
    const user = stub.users.find(({ accessKeyId }) => accessKeyId === id);
    if (id === undefined) throw new Route53Refusal(403, 'MissingAuthenticationToken', 'Missing Authentication Token');
    if (!user)
      throw new Route53Refusal(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
    const verdict = verifySignature({ method, url, headers }, Buffer.from(body), user, 'route53');
    if ('error' in verdict || verdict.region !== REGION)
      throw new Route53Refusal(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided.',
      );
    checkTime(String(headers['x-amz-date']), Date.now() + stub.clockOffsetMs);
    return user;
  }

  function route({ method, path, query, headers, body }: StubRequest, user: StubUser): [string, Content] {
    if (!path.startsWith(`${PREFIX}/`)) throw new Route53Refusal(404, 'UnknownOperationException', path);
    const [what, id, under, rest] = path
      .slice(PREFIX.length + 1)
      .replace(/\/$/, '')
      .split('/');
    const call = `${method} ${[what, id && ':id', under, rest].filter(Boolean).join('/')}`;
    if (call === 'GET hostedzonesbyname') {
      checkAllowed(user, 'ListHostedZonesByName', null);
      return ['ListHostedZonesByNameResponse', listZones(query)];
    }
    if (call === 'GET change/:id') {
      checkAllowed(user, 'GetChange', `arn:aws:route53:::change/${id}`);
      return ['GetChangeResponse', { ChangeInfo: describeChange(String(id)) }];
    }
    const arn = `arn:aws:route53:::hostedzone/${id}`;
    const action = ACTIONS[call];
    if (action === undefined) throw new Route53Refusal(404, 'UnknownOperationException', call);
    checkAllowed(user, action, arn);
    const zone = zones.find((each) => each.id === id);
    if (!zone) throw new Route53Refusal(404, 'NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
    if (action === 'GetHostedZone')
      return [
        'GetHostedZoneResponse',
        {
          HostedZone: describeZone(zone),
          ...(!zone.isPrivate && { DelegationSet: { NameServers: { NameServer: zone.nameServers } } }),
        },
      ];
    if (action === 'ListResourceRecordSets') return ['ListResourceRecordSetsResponse', listSets(zone, query)];
    if (!/^(application|text)\/xml/.test(headers['content-type'] ?? 'application/xml'))
      throw new Route53Refusal(400, 'InvalidInput', 'Not XML');
    zone.sets = applyBatch(zone, readBatch(readDocument(body)));
    const change = `C${randomBytes(9).toString('hex').toUpperCase()}`;
    polls.set(change, stub.pollsUntilInSync);
    return ['ChangeResourceRecordSetsResponse', { ChangeInfo: formatChange(change, 'PENDING') }];
  }

  function describeChange(id: string): Content {
    const left = polls.get(id);
    if (left === undefined) throw new Route53Refusal(404, 'NoSuchChange', `A change with the ID ${id} does not exist.`);
    polls.set(id, Math.max(0, left - 1));
    return formatChange(id, left > 0 ? 'PENDING' : 'INSYNC');
  }

  function listZones(query: URLSearchParams): Content {
    checkQuery(query, ['dnsname', 'hostedzoneid', 'maxitems']);
    const from = query.get('dnsname');
    const fromId = (query.get('hostedzoneid') ?? '').replace(/^\/hostedzone\//, '');
    const most = readMost(query, ZONES_AT_ONCE);
    const keyOf = ({ name, id }: { name: string; id: string }) => `${reverseName(name)} ${id}`;
    const start = from === null ? '' : keyOf({ name: normalizeName(from), id: fromId });
    const all = [...zones]
      .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
      .filter((zone) => keyOf(zone) >= start);
    const next = all[most];
    return {
      HostedZones: { HostedZone: all.slice(0, most).map(describeZone) },
      DNSName: from ?? undefined,
      IsTruncated: next !== undefined,
      NextDNSName: next?.name,
      NextHostedZoneId: next?.id,
      MaxItems: most,
    };
  }

  function listSets(zone: StubHostedZone, query: URLSearchParams): Content {
    checkQuery(query, ['name', 'type', 'identifier', 'maxitems']);
    const [name, type, identifier] = ['name', 'type', 'identifier'].map((each) => query.get(each));
    if (type != null && name == null) throw new Route53Refusal(400, 'InvalidInput', 'A name is needed with a type.');
    const from = { name: name == null ? '' : normalizeName(name), type: type ?? '', setIdentifier: identifier ?? '' };
    const all = zone.sets
      .filter((set) => name == null || compareSets(set, { ...from, ttl: null, values: [] }) >= 0)
      .sort(compareSets);
    const most = readMost(query, MOST_ITEMS);
    const next = all[most];
    return {
      ResourceRecordSets: { ResourceRecordSet: all.slice(0, most).map(describeSet) },
      IsTruncated: next !== undefined,
      NextRecordName: next?.name,
      NextRecordType: next?.type,
      NextRecordIdentifier: next?.setIdentifier,
      MaxItems: most,
    };
  }

  function readMost(query: URLSearchParams, most: number): number {
    const asked = Number(query.get('maxitems') ?? most);
    if (!Number.isInteger(asked) || asked < 1 || asked > most)
      throw new Route53Refusal(400, 'InvalidInput', 'Invalid MaxItems');
    return Math.min(asked, stub.pageSize);
  }

  return stub;
}

const ACTIONS: Readonly<Record<string, Route53Action>> = {
  'GET hostedzone/:id': 'GetHostedZone',
  'GET hostedzone/:id/rrset': 'ListResourceRecordSets',
  'POST hostedzone/:id/rrset': 'ChangeResourceRecordSets',
};

function formatChange(id: string, Status: 'PENDING' | 'INSYNC') {
  return { Id: `/change/${id}`, Status, SubmittedAt: new Date().toISOString() };
}

function reply(status: number, document: string): StubReply {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0"?>\n${document}` };
}

function formatError({ code, messages }: Route53Refusal, listsMessages: boolean): string {
  const RequestId = 'b25f48e8-84fd-11e6-80d9-574e0c4664cb';
  const attributes = ` xmlns="${NAMESPACE}"`;
  if (code === 'InvalidChangeBatch' && listsMessages)
    return formatXml('InvalidChangeBatch', { Messages: { Message: messages }, RequestId }, attributes);
  const Message = code === 'InvalidChangeBatch' ? `[${messages.join(', ')}]` : messages.join(' ');
  return formatXml('ErrorResponse', { Error: { Type: 'Sender', Code: code, Message }, RequestId }, attributes);
}

function checkAllowed({ denied = [] }: StubUser, action: Route53Action, resource: string | null): void {
  if (!denied.includes(action)) return;
  const user = 'arn:aws:iam::123456789012:user/autosend';
  const on = resource === null ? '' : ` on resource: ${resource}`;
  const why = ` because no identity-based policy allows the route53:${action} action`;
  throw new Route53Refusal(
    403,
    'AccessDenied',
    `User: ${user} is not authorized to perform: route53:${action}${on}${why}`,
  );
}

/** A signature is good for fifteen minutes. */
function checkTime(date: string, now: number): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const signedAt = Date.UTC(year, month - 1, day, hour, minute, second);
  if (now - signedAt > CLOCK_TOLERANCE_MS)
    throw new Route53Refusal(
      403,
      'SignatureDoesNotMatch',
      `Signature expired: ${date} is now earlier than ${new Date(now - CLOCK_TOLERANCE_MS).toISOString()}`,
    );
  if (signedAt - now > CLOCK_TOLERANCE_MS)
    throw new Route53Refusal(
      403,
      'SignatureDoesNotMatch',
      `Signature not yet current: ${date} is still later than ${new Date(now).toISOString()}`,
    );
}

function readDocument(body: string) {
  try {
    const document = parseXml(body);
    if (document.namespace !== NAMESPACE) throw new Error(`The namespace is ${document.namespace}.`);
    return document;
  } catch (error) {
    throw new Route53Refusal(400, 'InvalidInput', `Invalid XML ; ${String(error)}`);
  }
}

function checkQuery(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys())
    if (!known.includes(name)) throw new Route53Refusal(400, 'InvalidInput', `The stub knows no parameter ${name}.`);
}

function describeZone({ id, name, isPrivate, sets }: StubHostedZone) {
  return {
    Id: `/hostedzone/${id}`,
    Name: name,
    CallerReference: id,
    Config: { PrivateZone: isPrivate },
    ResourceRecordSetCount: sets.length,
  };
}

function describeSet({ name, type, setIdentifier, weight, ttl, values, aliasTarget }: StoredSet) {
  return {
    Name: name,
    Type: type,
    SetIdentifier: setIdentifier,
    Weight: weight,
    TTL: ttl ?? undefined,
    ...(aliasTarget === undefined
      ? { ResourceRecords: { ResourceRecord: values.map((Value) => ({ Value })) } }
      : { AliasTarget: { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: aliasTarget, EvaluateTargetHealth: false } }),
  };
}
