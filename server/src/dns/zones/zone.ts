import type { DnssecStatus, Failed, ZoneOddity, ZoneOfName } from '../../core/answers/dns-answer.ts';
import type { FailureStep, Fault } from '../../core/answers/failure.ts';
import { failedReply, toFailed } from '../failed-reply.ts';
import type { Loaded } from '../flight-cache.ts';
import type { NameServer } from '../nameserver.ts';

/** A zone and those who hold it. The root has the empty name. */
export interface Zone {
  readonly name: string;
  readonly servers: readonly NameServer[];
  /** With `signed`, nothing that its servers say counts until a validating resolver validates for it. */
  readonly dnssec: DnssecStatus;
  /** What is wrong with it, though its records can be found. */
  readonly oddity?: ZoneOddity;
  /** The names of the servers in its delegation, where that was seen. */
  readonly delegatedTo?: readonly string[];
}

/** Why a zone was not found; `zone` is as far as we came. */
export interface ZoneFailure {
  readonly zone: Zone | undefined;
  readonly failures: readonly Failed[];
}

/** A zone as the rest of the program sees it. */
export function describeZone(zone: Zone): ZoneOfName {
  const nameservers = zone.servers.map(({ name, addresses }) => ({ name, addresses }));
  const { name, dnssec, oddity, delegatedTo } = zone;
  return { name, nameservers, dnssec, ...(oddity && { oddity }), ...(delegatedTo && { delegatedTo }) };
}

/** Builds the failure of a search that came as far as `zone`. */
export function failSearch(zone: Zone | undefined, ...failures: readonly Failed[]): Loaded<never, ZoneFailure> {
  return { ok: false, failure: { zone, failures } };
}

/** Builds one failed step of a search. */
export function failStep(fault: Fault, step: FailureStep, source: Failed['source']): Failed {
  return toFailed(failedReply(fault, step), source);
}
