import { setTimeout as delay } from 'node:timers/promises';
import type { DomainObject } from '../../../src/wire/domain.ts';
import type { DnsServer } from '../dns/dns-server.ts';
import { publishDomain } from '../dns/publish.ts';
import type { SeededRandom } from '../dns/seeded-random.ts';
import { waitUntil } from '../service-process.ts';
import { createDomainLedger, type DomainLedger } from './domain-ledger.ts';

const CLIENTS = 6;
/** A client thinks for so long between requests, at most; and for longer when nobody answers. */
const PAUSE_MS = 30;
const NOBODY_MS = 100;
/** From here on more is deleted than made, so that a comparison stays quick. */
const MANY_DOMAINS = 100;
const PAGE = 100;
const LIST_TRIES = 50;
/** An answer that takes longer is one that never comes. */
const HANG_MS = 15_000;

/** A request that changes something and has had no answer yet. */
type Unanswered =
  | { readonly kind: 'create'; readonly name: string; readonly idempotencyKey: string }
  | { readonly kind: 'delete'; readonly domain: DomainObject };

interface Reply {
  readonly status: number;
  // Answers of several shapes; what they have to be is checked where they are used.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly json: any;
}

/** Clients that create, verify, read and delete domains, whatever happens to the service, and never give a request up. */
export interface DomainLoad {
  readonly ledger: DomainLedger;
  /** Answers, of which so many were 503, and requests without an answer, so far. */
  readonly counts: { answered: number; unavailable: number; unanswered: number };
  resume(): void;
  /** Stops sending, and waits until nothing is under way. */
  pause(): Promise<void>;
  /** Repeats what has had no answer, once; gives how many are left. Only while paused. */
  repeatUnanswered(): Promise<number>;
  /** Compares all that is there with all that was acknowledged. Only while paused. */
  compare(): Promise<void>;
  /** Calls verify for each domain. Only while paused. */
  verifyAll(): Promise<void>;
  /** The domains as the service shows them now. */
  list(): Promise<DomainObject[]>;
  end(): Promise<void>;
}

/** Starts the clients, paused. `url` is asked before each request, since a service that starts anew has another port. */
export function startDomainLoad(options: {
  url: () => string;
  apiKey: string;
  dns: DnsServer;
  random: SeededRandom;
}): DomainLoad {
  const { url, apiKey, dns, random } = options;
  const ledger = createDomainLedger();
  const counts = { answered: 0, unavailable: 0, unanswered: 0 };
  const unanswered: Unanswered[] = [];
  const ending = new AbortController();
  let gate = Promise.withResolvers<void>();
  let isOpen = false;
  let underWay = 0;
  let serial = 0;

  /** Sends one request; null without an answer, or with one that says to come back later. */
  async function call(method: string, path: string, body?: object, idempotencyKey?: string): Promise<Reply | null> {
    const what = `${method} ${path}`;
    try {
      const reply = await fetch(`${url()}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(HANG_MS),
      });
      const json = JSON.parse(await reply.text());
      counts.answered += 1;
      if (reply.status < 500) return { status: reply.status, json };
      counts.unavailable += 1;
      const isPromise = reply.status === 503 && Number(reply.headers.get('retry-after')) > 0 && json.success === false;
      if (!isPromise) ledger.wrong.push(`${what} was answered ${reply.status} ${JSON.stringify(json)}`);
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') ledger.wrong.push(`${what} had no end`);
      counts.unanswered += 1;
      await delay(random.below(NOBODY_MS));
    }
    return null;
  }

  const complain = (what: string, { status, json }: Reply) =>
    ledger.wrong.push(`${what} was answered ${status} ${json?.error?.code ?? ''}`);

  /** Sends it, the first time or again; false when it has to be sent once more. */
  async function attempt(request: Unanswered, isRepeated: boolean): Promise<boolean> {
    if (request.kind === 'create') {
      const reply = await call('POST', '/v1/domains', { domain: request.name }, request.idempotencyKey);
      if (reply === null || reply.json.error?.code === 'IDEMPOTENCY_KEY_IN_USE') return false;
      if (reply.status === 201) {
        ledger.noteCreated(reply.json.data);
        publishDomain(dns, reply.json.data);
      } else complain(`the create of ${request.name}`, reply);
      return true;
    }
    const { domain } = request;
    ledger.noteDeleting(domain);
    const reply = await call('DELETE', `/v1/domains/${domain.id}`);
    if (reply === null) return false;
    // One that was done, and whose answer was lost, finds nothing when it is repeated.
    const isDone = reply.status === 200 || (isRepeated && reply.status === 404);
    if (!isDone) complain(`the delete of ${domain.domainName}`, reply);
    ledger.noteDeleted(domain);
    dns.removeZone(domain.domainName);
    return true;
  }

  async function send(request: Unanswered, isRepeated = false): Promise<void> {
    if (!(await attempt(request, isRepeated))) unanswered.push(request);
  }

  async function verify(domain: DomainObject): Promise<boolean> {
    const reply = await call('POST', `/v1/domains/${domain.id}/verify`);
    if (reply && reply.status !== 200 && ledger.live.has(domain.domainName))
      complain(`verify of ${domain.domainName}`, reply);
    return reply?.status === 200;
  }

  async function read(domain: DomainObject): Promise<void> {
    const wasVerified = ledger.isVerified(domain);
    const reply = await call('GET', `/v1/domains/${domain.id}`);
    // Another client may have deleted it meanwhile.
    if (reply === null || !ledger.live.has(domain.domainName)) return;
    if (reply.status === 200) ledger.noteSeen(reply.json.data, wasVerified);
    else complain(`the read of ${domain.domainName}`, reply);
  }

  async function act(): Promise<void> {
    const domains = [...ledger.live.values()];
    const dice = random.below(20);
    const oldest = unanswered.length < CLIENTS ? undefined : unanswered.shift();
    if (oldest) await send(oldest, true);
    else if (domains.length === 0 || dice < (domains.length > MANY_DOMAINS ? 2 : 8)) {
      serial += 1;
      const name = `d${serial}.example.com`;
      await send({ kind: 'create', name, idempotencyKey: `key-${serial}` });
    } else if (dice < 13) await verify(random.pick(domains));
    else if (dice < 17) await send({ kind: 'delete', domain: random.pick(domains) });
    else await read(random.pick(domains));
  }

  async function runClient(): Promise<void> {
    while (!ending.signal.aborted) {
      if (!isOpen) {
        await gate.promise;
        continue;
      }
      underWay += 1;
      await act().finally(() => {
        underWay -= 1;
      });
      await delay(random.below(PAUSE_MS), undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  async function list(): Promise<DomainObject[]> {
    const domains: DomainObject[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      let reply: Reply | null = null;
      // Connections that broke show at the first query, which is answered 503.
      for (let tries = 0; reply === null && tries < LIST_TRIES; tries += 1)
        reply = await call('GET', `/v1/domains?limit=${PAGE}${cursor && `&cursor=${cursor}`}`);
      if (reply?.status !== 200) throw new Error(`The list was answered ${reply?.status ?? 'not at all'}.`);
      domains.push(...reply.json.data.domains);
      cursor = reply.json.data.nextCursor;
    }
    return domains;
  }

  function resume(): void {
    isOpen = true;
    gate.resolve();
  }

  async function pause(): Promise<void> {
    if (isOpen) gate = Promise.withResolvers();
    isOpen = false;
    await waitUntil(async () => underWay === 0);
  }

  const clients = Array.from({ length: CLIENTS }, runClient);
  return {
    ledger,
    counts,
    resume,
    pause,
    async repeatUnanswered() {
      for (const request of unanswered.splice(0)) await send(request, true);
      return unanswered.length;
    },
    async compare() {
      const creates = unanswered.flatMap((request) => (request.kind === 'create' ? [request.name] : []));
      ledger.compare(await list(), new Set(creates));
    },
    async verifyAll() {
      for (const domain of ledger.live.values()) await waitUntil(() => verify(domain));
    },
    list,
    async end() {
      ending.abort();
      resume();
      await Promise.all(clients);
    },
  };
}
