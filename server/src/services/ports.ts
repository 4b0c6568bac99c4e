import type { KeyObject } from 'node:crypto';
import type { BlockList } from 'node:net';
import type { Answer } from '../core/answers/dns-answer.ts';
import type { TemplateId } from '../core/domain-connect/apply-link.ts';
import type { ConnectProvider } from '../core/domain-connect/connect-providers.ts';
import type { Deployed } from '../core/domain-connect/deployed-template.ts';
import type { ChosenGroups } from '../core/domain-connect/groups.ts';
import type { ConnectReason } from '../core/domain-connect/reasons.ts';
import type { Evidence } from '../core/findings/evidence.ts';
import type { DomainId, DomainName, ProjectId, UserId } from '../core/ids.ts';
import type { VerificationStatus } from '../core/lifecycle/status.ts';
import type { KeyAlgorithm } from '../core/records/dkim-key.ts';
import type { ProviderAnswer } from '../core/sending-providers/sending-provider.ts';
import type { ConcludedCheck, UnchangedCheck } from '../db/queries/checks.ts';
import type { StoredConnectKey } from '../db/queries/domain-connect/keys.ts';
import type { StoredDomain } from '../db/queries/domains.ts';

// What the context holds that the rooms of services/ build themselves, as those who use it see it: so the context knows no
// room, and each room knows the context.

/** What the operator's Domain Connect template is called, where its key is, and whose pages people are sent to. */
export interface DomainConnectSetup extends TemplateId {
  /** The domain below which the TXT records with the public key are. */
  readonly pubKeyDomain: string;
  readonly providers: readonly ConnectProvider[];
}

/** What was found out a moment ago: whoever asks for the same meanwhile waits for the one answer. */
export interface Remembered<T> {
  /** @param find finds the answer and says for how long it is one */
  run(key: string, find: () => Promise<{ readonly value: T; readonly forMs: number }>): Promise<T>;
}

/**
 * How much the servers are asked that others name, such as the zones of strangers: whoever names the same one often, or has many
 * names for it, doesn't turn us against it.
 */
export interface HostLimits {
  /** Counts one request, or what it costs; false where the host or the address was asked too often just now. */
  mayAsk(hostOrAddress: string, cost?: number): boolean;
}

/** A DNS provider that takes links for a zone, with the template as it has it; or why there is none. */
export type Discovery =
  | {
      readonly reason: null;
      readonly apex: string;
      readonly provider: ConnectProvider;
      readonly syncUrl: string;
      readonly deployed: Deployed;
    }
  | { readonly reason: ConnectReason; readonly provider: ConnectProvider | null };

/** Whether a domain can be set up by a link, and what the link would bring. */
export interface SetupOffer {
  readonly provider: { readonly id: string; readonly name: string } | null;
  readonly chosen: ChosenGroups;
  /** Null where there is a link. */
  readonly reason: ConnectReason | null;
  /** Whether the provider takes links, though there may be nothing to add. */
  readonly isSupported: boolean;
}

/** An offer, with all that its link is made of where there is one. */
export interface PreparedLink {
  readonly offer: SetupOffer;
  readonly ready?: {
    readonly setup: DomainConnectSetup;
    readonly discovery: Extract<Discovery, { readonly reason: null }>;
    readonly key: StoredConnectKey;
  };
}

/** How the TXT records of a key that links are signed with stand in DNS. */
export type KeyRecordState = 'right' | 'missing' | 'other' | 'unanswered';

/** Reads and stores checks; those that end at the same time share a statement. */
export interface CheckStore {
  /** What the check before saw; null where there was none. */
  findEvidence(id: DomainId): Promise<Evidence | null>;
  /** False, and nothing is stored, when the row is no longer the one that was read as `seen`. */
  store(seen: StoredDomain, outcome: ConcludedCheck): Promise<boolean>;
  /** The same for a check that saw nothing new. */
  storeUnchanged(seen: StoredDomain, outcome: UnchangedCheck): Promise<boolean>;
}

/** Lets callers who want the same thing at the same time share one piece of work that begins after all of them asked. */
export interface SingleFlight<T> {
  run(key: string, work: () => Promise<T>): Promise<T>;
}

/** Whether a check may be made. */
export interface CheckAdmission {
  /** In how many seconds it may be made; null where it may be made now. */
  readonly retryAfterSeconds: number | null;
  /** Whether what another project's check was answered up to two seconds ago serves this one, too. */
  readonly sharesAnswers: boolean;
  /** The project has not proved the name, and it was asked about enough otherwise: nothing is asked that need not be. */
  readonly isScarce: boolean;
  /** Tells how many questions the check has asked. */
  settle(questions: number): void;
}

/** How many checks tenants may set off, over all nodes. Off where `AUTOSEND_RATE_LIMIT_PER_SECOND` is 0. */
export interface CheckLimits {
  /** Takes one check: `asked` for by a request, `watched`, or `due`. */
  admit(
    domain: Pick<StoredDomain, 'id' | 'projectId' | 'name' | 'status'>,
    reason: 'due' | 'watched' | 'asked',
  ): Promise<CheckAdmission>;
  /** Takes one check by a share link; in how many seconds there is one, or null where it was taken. */
  admitLink(linkId: string): Promise<number | null>;
}

/** Which domains somebody watches on this node: on a page, by a stream of one domain, or by a command that waits. */
export interface Presence {
  /** Says that somebody watches, until the function that it returns is called. */
  watch(id: DomainId): () => void;
  /** Leaves a domain out of the list until then: it may not be checked again so soon. */
  pause(id: DomainId, until: Date): void;
  list(now: Date): readonly DomainId[];
}

/** Work that goes on after its request was answered. */
export interface Background {
  /** Keeps track of `work`; a failure is reported, never unhandled. */
  run(work: Promise<unknown>): void;
  /** Resolves when all of it is done. */
  drain(): Promise<void>;
}

/** What is measured outside of requests; whoever shows it listens. */
export interface Meters {
  /** Notes a check that was stored: the state after it, and whether any server answered. */
  check(status: VerificationStatus, isAnswered: boolean): void;
  /** Notes what one server said to one question. */
  answer(answer: Answer): void;
  /** Notes what came of one call to the sending provider of a region. */
  provider(region: string, outcome: ProviderOutcome): void;
  listen(listener: MeterListener): void;
}

/** What came of a call to a sending provider. */
export type ProviderOutcome = ProviderAnswer<unknown>['outcome'];

/** Is told of what it wants to know of what is measured. */
export interface MeterListener {
  onCheck?(status: VerificationStatus, isAnswered: boolean): void;
  onAnswer?(answer: Answer): void;
  onProvider?(region: string, outcome: ProviderOutcome): void;
}

/** A key that mail is signed with now. The private half stays in this process. */
export interface SigningKey {
  readonly selector: string;
  readonly algorithm: KeyAlgorithm;
  /** What stands in `p=`. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** A domain as a signer sees it. */
export interface Signer {
  readonly id: DomainId;
  readonly name: DomainName;
  readonly status: VerificationStatus;
  /** The active keys, RSA first. */
  readonly keys: readonly SigningKey[];
}

/** Who signs, remembered for a second. */
export interface Signers {
  /** The domain with its active keys, at most a second old. @throws AppError NOT_FOUND */
  read(projectId: ProjectId, domainId: string): Promise<Signer>;
  /** Forgets what is too old to be used. */
  forgetOld(): void;
}

/** What of a request a session is made of and found by. */
export interface Visitor {
  /** The Cookie header. */
  readonly cookie: string | undefined;
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Somebody who is signed in. */
export interface Person {
  readonly userId: UserId;
  readonly sessionId: string;
  readonly name: string;
  readonly email: string;
  readonly isInstanceOwner: boolean;
  /** When they last proved in this session who they are; null for sessions of before this was noted. */
  readonly authenticatedAt: Date | null;
  /** Whether that took more than a password. */
  readonly hasSecondFactor: boolean;
}

/** Lets some work at a time, and the others wait for their turn. */
export interface Turns {
  /** Does it when it is its turn. @throws AppError RATE_LIMIT_EXCEEDED where too much of that owner waits already, and what `work` throws */
  take<T>(owner: string, work: () => Promise<T>): Promise<T>;
}

/** Which addresses may be connected to where somebody names one. */
export interface OutgoingPolicy {
  /** Also `http`, and addresses that are not public. */
  readonly allowPrivate: boolean;
  /** Networks that nothing is sent to; undefined where the operator names the address. */
  readonly denied: BlockList | undefined;
}
