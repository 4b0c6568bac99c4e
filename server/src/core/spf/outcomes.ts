import {
  type AddressRanges,
  allAddresses,
  countPublic,
  type GrowingRanges,
  type IpVersion,
  startRanges,
  toShare,
} from './address-ranges.ts';
import type { SpfMechanism, SpfQualifier } from './record.ts';

/** Where terms before ours turn away more of all addresses than this (a /8 of IPv4), ours may be among them. */
const SHARE_THAT_MAY_HOLD_OURS = 1 / 256;
/** How an evaluation ends for our mail: which kind of term decided, which one, and what it says. */
export interface SpfOutcome {
  readonly by: 'own' | 'all' | 'term';
  readonly qualifier: SpfQualifier;
  /** As it stands in the record that was evaluated first. */
  readonly term: string;
}

/** What became of senders. */
export interface Outcomes {
  readonly own: SpfOutcome | null;
  /** Addresses about which a term has decided. */
  readonly decided: AddressRanges;
  /** Those of them that pass. */
  readonly passed: AddressRanges;
}

/** What has become of senders so far. */
export interface Progress {
  own: SpfOutcome | null;
  readonly decided: GrowingRanges;
  readonly passed: GrowingRanges;
  /** How many of the public addresses are turned away. */
  refused: bigint;
}

/** Starts with nobody decided about. */
export function startProgress(): Progress {
  return { own: null, decided: startRanges(), passed: startRanges(), refused: 0n };
}

/** Gives back what has become of senders. */
export function endProgress({ own, decided, passed }: Progress): Outcomes {
  return { own, decided: decided.ranges, passed: passed.ranges };
}

/** Whether our mail passes because of our mechanism. */
export function isPassOfOurs(outcome: SpfOutcome | null): boolean {
  return outcome?.by === 'own' && outcome.qualifier === '+';
}

/** Takes in what a term matches: it decides about those senders about whom none before did. Gives back who passes by it. */
export function decide(
  version: IpVersion,
  outcomes: Progress,
  term: SpfMechanism,
  matched: AddressRanges,
): AddressRanges {
  const newly = outcomes.decided.add(matched);
  const { qualifier, text } = term;
  if (qualifier === '+') outcomes.passed.add(newly);
  else outcomes.refused += countPublic(version, newly);
  const passed = qualifier === '+' ? newly : [];
  if (outcomes.own !== null) return passed;
  if (isEverybodyDecided(version, outcomes))
    outcomes.own = { by: term.name === 'all' ? 'all' : 'term', qualifier, term: text };
  else if (toShare(version, outcomes.refused) >= SHARE_THAT_MAY_HOLD_OURS)
    outcomes.own = { by: 'term', qualifier, term: text };
  return passed;
}

/** Whether a term has decided about every address. */
export function isEverybodyDecided(version: IpVersion, { decided }: Progress): boolean {
  // Ranges that touch are one.
  const [all] = allAddresses(version);
  const [only] = decided.ranges;
  return all !== undefined && only !== undefined && only.first === all.first && only.last === all.last;
}
