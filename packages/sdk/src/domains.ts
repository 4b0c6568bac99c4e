import { AutosendError } from './autosend-error.ts';
import type { BodyOf, DataOf, Diagnostics, Domain, QueryOf } from './shapes.ts';
import { type CallOptions, type CreateOptions, readRetryAfter, sleep, type Transport } from './transport.ts';

/** What a domain is made from. */
export type NewDomain = BodyOf<'createDomain'>;
/** What a list is narrowed down by; `cursor` is `nextCursor` of the page before. */
export type DomainFilter = Omit<QueryOf<'listDomains'>, 'limit'> & { readonly limit?: number | undefined };
/** The outcome of a check. */
export type Verification = DataOf<'verifyDomain'> & {
  /** Where checks are asked for too often this is the last one; in so many seconds there may be another. */
  readonly retryAfterSeconds?: number;
};
/** A record as a DNS panel wants it. */
export type PanelRecord = DataOf<'listDomainRecords'>['records'][number];

/** What would be written into a zone. */
export type DnsPlan = DataOf<'getDnsPlan'>;
/** What was written into a zone. */
export type AppliedDnsPlan = DataOf<'applyDnsPlan'>;
/** A link that sets up a domain at its DNS provider, or the reason why there is none. */
export type SetupLink = DataOf<'getSetupLink'>;

/** How `waitUntilVerified` waits. */
export interface WaitOptions extends CallOptions {
  /** Gives up after so long. Defaults to 10 minutes. */
  readonly timeoutMs?: number;
  /** How often it checks. Defaults to 10 seconds. */
  readonly intervalMs?: number;
  /** Is told of each check, such as to show how far it is. */
  readonly onCheck?: (verification: Verification) => void;
}

/** `client.domains`. */
export class Domains {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Adds a domain. Its records are in the answer; publish them. */
  create(domain: NewDomain, options: CreateOptions = {}): Promise<Domain> {
    return this.#transport.call('POST', '/v1/domains', { ...options, creates: true, body: domain });
  }

  /** Adds a domain, and a link for whoever owns its DNS. */
  async createWithLink(domain: NewDomain, options: CreateOptions = {}): Promise<{ domain: Domain; shareLink: string }> {
    const request = { ...options, creates: true, body: domain, query: { shareLink: true } };
    const { data, headers } = await this.#transport.send<Domain>('POST', '/v1/domains', request);
    return { domain: data, shareLink: headers.get('x-share-link') ?? '' };
  }

  /** Gets a domain as it is stored; DNS is not asked. */
  get(id: string, options: CallOptions = {}): Promise<Domain> {
    return this.#transport.call('GET', at(id), options);
  }

  /** Finds a domain by its name, written in any way; null where the project has none. */
  async find(name: string, options: CallOptions = {}): Promise<Domain | null> {
    const { domains } = await this.list({ name }, options);
    return domains[0] ?? null;
  }

  /** One page, newest first. */
  list(filter: DomainFilter = {}, options: CallOptions = {}): Promise<DataOf<'listDomains'>> {
    return this.#transport.call('GET', '/v1/domains', { ...options, query: { ...filter } });
  }

  /** All domains that fit, newest first, page by page. */
  async *iterate(filter: DomainFilter = {}, options: CallOptions = {}): AsyncGenerator<Domain, void, undefined> {
    for (let cursor = filter.cursor; ; ) {
      const page = await this.list({ ...filter, ...(cursor !== undefined && { cursor }) }, options);
      yield* page.domains;
      if (page.nextCursor === undefined) return;
      cursor = page.nextCursor;
    }
  }

  /** Changes what is given, and nothing else. */
  update(id: string, change: BodyOf<'updateDomain'>, options: CallOptions = {}): Promise<Domain> {
    return this.#transport.call('PATCH', at(id), { ...options, body: change });
  }

  /** Your own id and metadata of a domain, and the state of its automatic publishing: what the Domain itself doesn't have. */
  attributes(id: string, options: CallOptions = {}): Promise<DataOf<'getDomainAttributes'>> {
    return this.#transport.call('GET', `${at(id)}/attributes`, options);
  }

  /** Checks the records now. */
  async verify(id: string, options: CallOptions = {}): Promise<Verification> {
    const path = `${at(id)}/verify`;
    const { data, headers } = await this.#transport.send<DataOf<'verifyDomain'>>('POST', path, options);
    const retryAfterSeconds = readRetryAfter(headers.get('retry-after'));
    return { ...data, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }

  /**
   * Deletes a domain and its DKIM keys for good.
   * @param options `withdraw` says what becomes of records that the service published: `later` (DKIM records stay for 7 days), `now` or `never`
   */
  delete(
    id: string,
    {
      withdraw,
      ...options
    }: CallOptions & { readonly withdraw?: QueryOf<'deleteDomain'>['withdraw'] | undefined } = {},
  ): Promise<null> {
    return this.#transport.call('DELETE', at(id), { ...options, query: { withdraw } });
  }

  /** What every name server answered, what is wrong, and how to mend it. @param options `refresh` asks DNS now */
  diagnose(
    id: string,
    { refresh, ...options }: CallOptions & { refresh?: boolean | undefined } = {},
  ): Promise<Diagnostics> {
    return this.#transport.call('GET', `${at(id)}/diagnostics`, { ...options, query: { refresh } });
  }

  /** The records to publish, in the form in which DNS panels take them. */
  async records(id: string, options: CallOptions = {}): Promise<PanelRecord[]> {
    return (await this.#transport.call<DataOf<'listDomainRecords'>>('GET', `${at(id)}/records`, options)).records;
  }

  /** What would be written into the domain's zone through a DNS connection, record set by record set. Nothing is written. */
  dnsPlan(id: string, options: CallOptions = {}): Promise<DnsPlan> {
    return this.#transport.call('GET', `${at(id)}/dns-plan`, options);
  }

  /**
   * Writes a plan: all that takes nothing away, and the conflicts that `consents` names. The domain is checked right after. With
   * the status `writing` it goes on: get the plan to see how far it is.
   * @throws AutosendError DNS_PLAN_CHANGED where the zone has changed since the plan was made
   */
  publish(id: string, plan: BodyOf<'applyDnsPlan'>, options: CallOptions = {}): Promise<AppliedDnsPlan> {
    return this.#transport.call('POST', `${at(id)}/dns-plan/apply`, { ...options, body: plan });
  }

  /**
   * A link that lets the owner of the DNS add the records with one click at their provider; `url` is null if there is none.
   * @param options `redirectUri` is where they return to; the project must allow its origin
   */
  setupLink(
    id: string,
    { redirectUri, ...options }: CallOptions & { redirectUri?: string | undefined } = {},
  ): Promise<SetupLink> {
    return this.#transport.call('GET', `${at(id)}/setup-link`, { ...options, query: { redirectUri } });
  }

  /** One page of what happened to a domain, newest first. */
  events(
    id: string,
    page: { readonly cursor?: string | undefined; readonly limit?: number | undefined } = {},
    options: CallOptions = {},
  ): Promise<DataOf<'listDomainEvents'>> {
    return this.#transport.call('GET', `${at(id)}/events`, { ...options, query: { ...page } });
  }

  /** Checks until the domain is VERIFIED, and gives it back. @throws AutosendError TIMEOUT */
  async waitUntilVerified(id: string, options: WaitOptions = {}): Promise<Domain> {
    const { timeoutMs = 600_000, intervalMs = 10_000, onCheck, signal } = options;
    const end = Date.now() + timeoutMs;
    for (;;) {
      const verification = await this.verify(id, { signal });
      onCheck?.(verification);
      if (verification.verificationStatus === 'VERIFIED') return verification.domain;
      const pauseMs = Math.max(intervalMs, (verification.retryAfterSeconds ?? 0) * 1000);
      if (Date.now() + pauseMs > end)
        throw new AutosendError(
          'TIMEOUT',
          `${verification.domain.domainName} is ${verification.verificationStatus} after ${Math.round(timeoutMs / 1000)} seconds.`,
        );
      await sleep(pauseMs, signal);
    }
  }
}

/** The path of a domain. */
export function at(id: string): string {
  return `/v1/domains/${encodeURIComponent(id)}`;
}
