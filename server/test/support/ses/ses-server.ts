import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsCredentials, verifySignature } from '../aws-signature.ts';
import { formatIdentity, readFields, readSigning, StubError, type StubIdentity } from './ses-identities.ts';

/** The calls of the API that the stub knows. */
export type SesOperation = 'list' | 'get' | 'create' | 'delete' | 'dkim' | 'signing' | 'mailFrom';

/**
 * What goes wrong with one request: `silent` is never heard, `silent_after` is carried out and never answered, `cut` loses
 * the connection after it was carried out, `exists` finds that somebody else made the identity a moment before.
 */
export type SesFaultKind =
  | 'silent'
  | 'silent_after'
  | 'cut'
  | 'throttled'
  | 'internal'
  | 'unavailable'
  | 'exists'
  | 'echo';

/** Amazon SES, API v2, as far as identities go, on a loopback port. It is strict: what the real one refuses it refuses too. */
export interface SesServer {
  readonly url: string;
  /** Each request that was heard, in order. */
  readonly requests: { readonly operation: SesOperation; readonly name: string }[];
  /** The credentials that it takes; null for none. */
  credentials: AwsCredentials | null;
  /** How many identities a page has. */
  pageSize: number;
  find(region: string, name: string): StubIdentity | undefined;
  put(identity: Partial<StubIdentity> & Pick<StubIdentity, 'region' | 'name'>): StubIdentity;
  remove(region: string, name: string): void;
  names(region: string): string[];
  /** What SES finds when it checks DNS. */
  succeed(region: string, name: string): void;
  /** Spoils the next request of this kind; `onFault` runs when it comes. */
  failNext(operation: SesOperation, fault: SesFaultKind): void;
  /** Holds the next request of this kind back; gives back how to wait for it and how to let it go on. */
  hold(operation: SesOperation): { reached: Promise<void>; release(): void };
  close(): Promise<void>;
}

const ERRORS = {
  throttled: new StubError(429, 'TooManyRequestsException', 'Too many requests have been made to the operation.'),
  internal: new StubError(500, 'InternalServiceErrorException', 'Internal error'),
  unavailable: new StubError(503, 'ServiceUnavailable', 'Service is unable to handle request.'),
} as const;
const notFound = (name: string) => new StubError(404, 'NotFoundException', `Email identity ${name} does not exist.`);

/** Starts the stub. */
export async function startSesServer(credentials: AwsCredentials): Promise<SesServer> {
  const identities = new Map<string, StubIdentity>();
  const faults: { operation: SesOperation; fault: SesFaultKind }[] = [];
  const holds: { operation: SesOperation; reach(): void; released: Promise<void> }[] = [];
  const keyOf = (region: string, name: string) => `${region} ${name}`;

  const stub: SesServer = {
    url: '',
    requests: [],
    credentials,
    pageSize: 2,
    find: (region, name) => identities.get(keyOf(region, name)),
    put(given) {
      const dkim = {
        origin: 'AWS_SES',
        isEnabled: true,
        status: 'SUCCESS',
        tokens: ['a', 'b', 'c'],
        publicKey: null,
      } as const;
      const identity: StubIdentity = {
        isVerified: true,
        tags: [],
        dkim: { ...dkim, tokens: [...dkim.tokens] },
        mailFrom: null,
        ...given,
      };
      identities.set(keyOf(given.region, given.name), identity);
      return identity;
    },
    remove: (region, name) => void identities.delete(keyOf(region, name)),
    names: (region) => [...identities.values()].filter((each) => each.region === region).map(({ name }) => name),
    succeed(region, name) {
      const identity = identities.get(keyOf(region, name));
      if (!identity) throw new Error(`The stub has no identity ${name}.`);
      identity.isVerified = true;
      identity.dkim.status = 'SUCCESS';
      if (identity.mailFrom) identity.mailFrom.status = 'SUCCESS';
    },
    failNext: (operation, fault) => void faults.push({ operation, fault }),
    hold(operation) {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      holds.push({ operation, reach: reached.resolve, released: released.promise });
      return { reached: reached.promise, release: released.resolve };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  const take = <T extends { operation: SesOperation }>(queue: T[], operation: SesOperation): T | undefined => {
    const index = queue.findIndex((each) => each.operation === operation);
    return index < 0 ? undefined : queue.splice(index, 1)[0];
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const octets = Buffer.concat(await request.toArray());
    const signature = verifySignature(request, octets, stub.credentials, 'ses');
    if ('error' in signature)
      throw new StubError(403, signature.error, 'The security token included in the request is invalid.');
    const { operation, name } = readRoute(request);
    const body: unknown = octets.length === 0 ? undefined : JSON.parse(octets.toString('utf8'));
    const target =
      name ||
      (operation === 'create'
        ? String(readFields(body, ['EmailIdentity'], ['Tags', 'DkimSigningAttributes']).EmailIdentity)
        : '');
    stub.requests.push({ operation, name: target });
    const held = take(holds, operation);
    held?.reach();
    await held?.released;
    const fault = take(faults, operation)?.fault;
    if (fault === 'silent') return;
    if (fault === 'throttled' || fault === 'internal' || fault === 'unavailable') throw ERRORS[fault];
    if (fault === 'exists') stub.put({ region: signature.region, name: target });
    if (fault === 'echo')
      throw new StubError(
        400,
        'BadRequestException',
        `Value '${octets.toString('utf8')}' failed to satisfy constraint`,
      );
    try {
      const result = carryOut(signature.region, operation, target, body);
      if (fault === undefined || fault === 'exists') send(response, 200, result);
    } catch (error) {
      if (fault === undefined || fault === 'exists') throw error;
    }
    if (fault === 'cut') request.socket.destroy();
  }

  function carryOut(region: string, operation: SesOperation, name: string, body: unknown): unknown {
    if (operation === 'list') return listPage(region, body);
    if (operation === 'create') {
      const { Tags = [], DkimSigningAttributes } = readFields(
        body,
        ['EmailIdentity'],
        ['Tags', 'DkimSigningAttributes'],
      );
      if (stub.find(region, name))
        throw new StubError(400, 'AlreadyExistsException', `Email identity ${name} already exist.`);
      for (const tag of Tags as unknown[]) readFields(tag, ['Key', 'Value']);
      const dkim = readSigning(DkimSigningAttributes);
      const made = stub.put({ region, name, isVerified: false, tags: Tags as StubIdentity['tags'], dkim });
      return {
        IdentityType: 'DOMAIN',
        VerifiedForSendingStatus: false,
        DkimAttributes: formatIdentity(made).DkimAttributes,
      };
    }
    const identity = stub.find(region, name);
    if (!identity) throw notFound(name);
    if (operation === 'get') return formatIdentity(identity);
    if (operation === 'delete') stub.remove(region, name);
    if (operation === 'signing') {
      const fields = readFields(body, ['SigningAttributesOrigin', 'SigningAttributes']);
      if (fields.SigningAttributesOrigin !== 'EXTERNAL') throw new StubError(400, 'BadRequestException', 'origin');
      identity.dkim = { ...readSigning(fields.SigningAttributes), isEnabled: identity.dkim.isEnabled };
      return { DkimStatus: identity.dkim.status, DkimTokens: identity.dkim.tokens };
    }
    if (operation === 'dkim') identity.dkim.isEnabled = readFields(body, ['SigningEnabled']).SigningEnabled === true;
    if (operation === 'mailFrom') {
      const fields = readFields(body, ['MailFromDomain', 'BehaviorOnMxFailure']);
      const domain = String(fields.MailFromDomain);
      if (!domain.endsWith(`.${name}`))
        throw new StubError(400, 'BadRequestException', 'Not a subdomain of the identity.');
      identity.mailFrom = { domain, status: 'PENDING', behavior: String(fields.BehaviorOnMxFailure) };
    }
    return {};
  }

  function listPage(region: string, body: unknown): unknown {
    const { PageSize = 1_000, NextToken = '0' } = readFields(body, [], ['PageSize', 'NextToken']);
    const all = stub.names(region).sort();
    const from = Number(NextToken);
    const to = from + Math.min(stub.pageSize, Number(PageSize));
    const page = all
      .slice(from, to)
      .map((name) => ({ IdentityType: 'DOMAIN', IdentityName: name, SendingEnabled: true }));
    return {
      EmailIdentities: [{ IdentityType: 'EMAIL_ADDRESS', IdentityName: 'someone@example.com' }, ...page],
      ...(to < all.length && { NextToken: String(to) }),
    };
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const refusal = error instanceof StubError ? error : new StubError(400, 'BadRequestException', String(error));
      response.setHeader('x-amzn-errortype', refusal.type);
      send(response, refusal.status, { message: refusal.message });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(stub, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const ROUTES: readonly (readonly [string, RegExp, SesOperation])[] = [
  // As the SDK asks since it knows filters; the reference still has GET /v2/email/identities.
  ['POST', /^\/v2\/email\/list-identities$/, 'list'],
  ['POST', /^\/v2\/email\/identities$/, 'create'],
  ['GET', /^\/v2\/email\/identities\/([^/]+)$/, 'get'],
  ['DELETE', /^\/v2\/email\/identities\/([^/]+)$/, 'delete'],
  ['PUT', /^\/v2\/email\/identities\/([^/]+)\/dkim$/, 'dkim'],
  ['PUT', /^\/v2\/email\/identities\/([^/]+)\/dkim\/signing$/, 'signing'],
  ['PUT', /^\/v2\/email\/identities\/([^/]+)\/mail-from$/, 'mailFrom'],
];

function readRoute(request: IncomingMessage) {
  const url = new URL(request.url ?? '/', 'http://stub');
  for (const [method, path, operation] of ROUTES) {
    const match = path.exec(url.pathname);
    if (match && request.method === method) return { operation, name: decodeURIComponent(match[1] ?? '') };
  }
  throw new StubError(404, 'UnknownOperationException', `${request.method} ${url.pathname}`);
}
