/*
 * The use cases, as plain functions of a `Context`. An HTTP route, a background job or a command calls one
 * function; that reads and writes through `db/queries/`, asks `core/` for every decision, and reaches DNS and
 * providers by the ports of `ports.ts`. `compose.ts` builds the context, tests build their own. Nothing here knows
 * HTTP, and no transaction stays open across a network call.
 */

import type { Logger } from 'pino';
import type { IdentityProvider } from '../core/access/identity-provider.ts';
import type { QuotaLimits } from '../core/access/quotas.ts';
import type { Clock } from '../core/clock.ts';
import type { Evidence } from '../core/findings/evidence.ts';
import type { DomainName } from '../core/ids.ts';
import type { Timing } from '../core/lifecycle/timing.ts';
import type { Mailer } from '../core/notices/mailer.ts';
import type { CreateDnsProvider } from '../core/publishing/dns-provider.ts';
import type { DnsProviderName } from '../core/publishing/provider-table.ts';
import type { RecordLabels } from '../core/records/record-input.ts';
import type { Region } from '../core/records/regions.ts';
import type { SendingProvider } from '../core/sending-providers/sending-provider.ts';
import type { OpenedKeys } from '../crypto/dkim-signing.ts';
import type { KeyPool } from '../crypto/key-pool.ts';
import type { SecretBox } from '../crypto/secret-box.ts';
import type { TextSigner } from '../crypto/signed-text.ts';
import type { Database } from '../db/client.ts';
import type { HttpReply, HttpRequest } from '../delivery/http-request.ts';
import type { Dns, DnsSettings } from '../dns/lookup.ts';
import type {
  Background,
  CheckLimits,
  CheckStore,
  Discovery,
  DomainConnectSetup,
  HostLimits,
  KeyRecordState,
  Meters,
  OutgoingPolicy,
  PreparedLink,
  Presence,
  Remembered,
  Signers,
  SingleFlight,
  Turns,
} from './ports.ts';

/** Everything a use case works with, joined once in `compose.ts`; tests hand in a clock and a database of their own. */
export interface Context {
  readonly db: Database;
  readonly dns: Dns;
  readonly dnsSettings: DnsSettings;
  readonly clock: Clock;
  /** Real time, also where `clock` is that of a test project (`test-mode/`): for leases, keys, links, limits and the audit log. */
  readonly realClock: Clock;
  /** At least 0 and less than 1; for jitter only. */
  random(): number;
  /** Octets from a cryptographic source. */
  randomBytes(size: number): Buffer;
  /** Who sends mail for regions, by the names that the table of regions uses. */
  readonly sendingProviders: Readonly<Record<string, SendingProvider>>;
  readonly keys: KeyPool;
  readonly secretBox: SecretBox;
  /** Private keys in use, opened. */
  readonly openedKeys: OpenedKeys;
  /** Signs the cookies of the dashboard. */
  readonly signer: TextSigner;
  /** Who signs people in besides their passwords; null where nobody does. */
  readonly identityProvider: IdentityProvider | null;
  /** The address that people use, without a final slash: what links begin with. */
  readonly publicUrl: string;
  readonly regions: readonly Region[];
  readonly timing: Timing;
  /** Which addresses events may be sent to. */
  readonly webhookPolicy: OutgoingPolicy;
  /** Which addresses the DNS connections of projects and the servers of Domain Connect may have; connections of the instance may have any. */
  readonly dnsProviderPolicy: OutgoingPolicy;
  /** Whom DNS can be written through, by the names of the table in `core/publishing/`. */
  readonly dnsProviders: Readonly<Partial<Record<DnsProviderName, CreateDnsProvider>>>;
  /** Sends one HTTP request to one address. */
  sendHttp(request: Omit<HttpRequest, 'ca'>): Promise<HttpReply>;
  /** The mail server that emails to people are handed to; null where there is none, and then nobody hears of email. */
  readonly mailer: Mailer | null;
  /** The operator's Domain Connect template; null where there is none, and then no link is offered. */
  readonly domainConnect: DomainConnectSetup | null;
  /** What DNS providers said of zones, by the zone. */
  readonly discoveries: Remembered<Discovery>;
  /** What was offered to set a domain up by, by the domain and its revision. */
  readonly setupOffers: Remembered<PreparedLink>;
  /** How much the servers that zones name may be asked for it. */
  readonly settingsHosts: HostLimits;
  /** How much the servers may be asked that projects name in their DNS connections. */
  readonly providerHosts: HostLimits;
  /** How much is sent while the clock of a test project is moved, by receiver and by project. */
  readonly hurriedHosts: HostLimits;
  /** How much callers have kept and sent that is no event of ours, by project, in KiB. */
  readonly resentBodies: HostLimits;
  /** How the records of the keys that links are signed with stood. */
  readonly publishedKeys: Remembered<KeyRecordState>;
  readonly labels: RecordLabels;
  /** The zone that the CNAMEs of new domains lead into; null where there is none. */
  readonly keysZone: DomainName | null;
  readonly allowReservedTlds: boolean;
  readonly background: Background;
  /** How much a project or an account may have. */
  readonly quotas: QuotaLimits;
  /** Statements that may take long wait here for their turn, by project. */
  readonly slowStatements: Turns;
  /** Tests of the DNS connections of projects take turns, by project: each may hold connections for as long as it takes. */
  readonly connectionTests: Turns;
  /** Where checks are stored. */
  readonly checks: CheckStore;
  /** Another text for each set of rules that checks are judged by. */
  rulesVersion(): Promise<string>;
  /** Checks that are made for `refresh`, by domain: whoever asks meanwhile waits for the same one. */
  readonly refreshes: SingleFlight<{ readonly checkedAt: Date; readonly evidence: Evidence }>;
  /** How many checks tenants may set off. */
  readonly checkLimits: CheckLimits;
  /** Who watches what: such domains are checked more often. */
  readonly presence: Presence;
  /** Aborted when the process stops: checks under way end at once, unstored, and any worker takes them up again. */
  readonly stopping: AbortSignal;
  /** Who signs, remembered for a second. */
  readonly signers: Signers;
  /** What is measured of checks and of DNS. */
  readonly meters: Meters;
  readonly log: Logger;
}
