/*
 * Writing DNS. `plan.ts` compares the records that are wanted with what stands in a zone; `DnsProvider` here is the port for
 * whoever keeps that zone; `provider-table.ts` lists the providers with what each needs to be told. `rr-set.ts` and
 * `rdata.ts` are the values that cross the port. Adapters are in `providers/dns/`, and `services/publishing/` knows only
 * this port. What was written says nothing about a domain: the verdict comes from its name servers, like any other.
 */

import type { Clock } from '../clock.ts';
import type { RrSet, RrSetChange } from './rr-set.ts';

/** Why a provider did not do what it was asked. */
export type DnsProviderFault =
  /** The credentials aren't accepted. */
  | 'unauthorized'
  /** They are, and aren't enough for this. */
  | 'forbidden'
  | 'no_such_zone'
  /** What stands there isn't what was to stand there before the change. Nothing was changed. */
  | 'changed'
  /** The plan of the account has no room for more records. */
  | 'quota'
  /** The provider doesn't take this very record: its length, its name, its TTL. */
  | 'refused_record'
  | 'throttled'
  /** The two clocks disagree, and the signature depends on them. */
  | 'clock_off'
  | 'unavailable'
  | 'unreachable'
  | 'tls_failed'
  /** Its address is one that may not be connected to. */
  | 'address_refused'
  | 'bad_answer';

/** A fault, with what is known of it. */
export interface DnsProviderProblem {
  readonly outcome: DnsProviderFault;
  /** What the provider said, or what was seen, without secrets, at most 300 characters. Words of a stranger. */
  readonly detail: string;
  readonly retryAfterSeconds?: number;
  /** Of a write: whether it may have been carried out all the same. Whoever asks next reads first. */
  readonly mayBeWritten?: boolean;
  /** Which record set it is about, where one is. */
  readonly about?: Pick<RrSet, 'name' | 'type'>;
}

/** What came of a call. Expected faults are values, never exceptions. */
export type DnsProviderAnswer<T> = { readonly outcome: 'done'; readonly value: T } | DnsProviderProblem;

/** A zone, as a provider knows it. */
export interface ProviderZone {
  /** The provider's own name for it. */
  readonly id: string;
  /** Lower-case A-labels, without a final dot. */
  readonly name: string;
}

/** What a provider can do. */
export interface DnsProviderLimits {
  /** A lower TTL isn't taken. */
  readonly minTtlSeconds: number;
  /** The longest text of a TXT record, in octets; left out where only DNS limits it. */
  readonly maxTxtOctets?: number;
  /** What is changed as a whole or not at all: all changes of a write, one record set, or nothing. */
  readonly atomic: 'zone' | 'rrset' | 'none';
}

/** Whoever keeps zones and lets us change them, with one account's credentials. */
export interface DnsProvider {
  readonly limits: DnsProviderLimits;
  /**
   * Lists the zones that these credentials can change, at most `limit`; null where the protocol can't say (RFC 2136). `done` says
   * that the provider took the credentials, also with null: whoever can't list asks something else.
   */
  listZones(limit: number, signal: AbortSignal): Promise<DnsProviderAnswer<readonly ProviderZone[] | null>>;
  /** Finds the zone with this very name; null where these credentials don't reach one. */
  findZone(name: string, signal: AbortSignal): Promise<DnsProviderAnswer<ProviderZone | null>>;
  /** Reads the TXT, MX and CNAME record sets that stand at these names. */
  read(zone: ProviderZone, names: readonly string[], signal: AbortSignal): Promise<DnsProviderAnswer<readonly RrSet[]>>;
  /**
   * Makes the changes. Where a record set isn't as `before` says, the answer is `changed`, and that set isn't touched; with
   * `limits.atomic` `zone`, none is. No changes at all ask whether the credentials may write: `forbidden` where the provider
   * can say so without changing anything, `done` otherwise.
   */
  write(zone: ProviderZone, changes: readonly RrSetChange[], signal: AbortSignal): Promise<DnsProviderAnswer<null>>;
}

/** A request to a provider's API. */
export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** What came back; header names in lower case. */
export interface ProviderReply {
  readonly outcome: 'done';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * How an adapter reaches the world: whether an address may be connected to, time limits and size limits are decided behind
 * this. No redirect is followed.
 */
export interface ProviderTools {
  readonly clock: Clock;
  randomBytes(size: number): Uint8Array;
  send(request: ProviderRequest): Promise<ProviderReply | DnsProviderProblem>;
  /**
   * Finds the hosts to which the zone above delegates this one, in lower case without a final dot: an account may have several
   * zones of one name, and only one is the one that counts. Null where that can't be told.
   */
  findNameServers(zoneName: string, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Sends one DNS message over TCP to a host and gives back the answer with the same id, undecoded. */
  exchange(to: {
    readonly host: string;
    readonly port: number;
    readonly message: Uint8Array;
    readonly signal: AbortSignal;
  }): Promise<DnsProviderAnswer<Uint8Array>>;
}

/** Makes an adapter. @param settings all that the table lists for it, the secret ones opened, with fallbacks filled in */
export type CreateDnsProvider = (settings: Readonly<Record<string, string>>, tools: ProviderTools) => DnsProvider;
