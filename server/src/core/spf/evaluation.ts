import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Step } from '../judgement/judgement.ts';
import type { SpfTargetProblem } from '../judgement/problems.ts';
import {
  type AddressRange,
  type AddressRanges,
  allAddresses,
  countPublic,
  type GrowingRanges,
  type IpVersion,
  measureShare,
  parseAddress,
  rangeOfNetwork,
  startRanges,
  subtractRanges,
  toShare,
} from './address-ranges.ts';
import { findHosts } from './hosts.ts';
import { dependsOnSender, expandDomainSpec, isAskableName } from './macro.ts';
import { parseOnce } from './parsed-records.ts';
import { isSpfRecord, type SpfMechanism, type SpfQualifier, type SpfTerm } from './record.ts';
import { UNKNOWN_SENDERS } from './sender.ts';
import {
  askTexts,
  countTerm,
  isOwnMechanism,
  MAX_LOOKUPS,
  MAX_VOID_LOOKUPS,
  noteProblem,
  noteVoid,
  type Permerror,
  type SpfEvaluationInput,
  startWalk,
  type Walk,
} from './walk.ts';

/** Where terms before ours turn away more of all addresses than this (a /8 of IPv4), ours may be among them. */
const SHARE_THAT_MAY_HOLD_OURS = 1 / 256;
/** Where a record lets more of all addresses pass than this, it lets anyone pass who wants to: nobody who publishes records has so many. */
const SHARE_THAT_IS_EVERYONE = 1 / 16;

/** How an evaluation ends for our mail: which kind of term decided, which one, and what it says. */
interface SpfOutcome {
  readonly by: 'own' | 'all' | 'term';
  readonly qualifier: SpfQualifier;
  /** As it stands in the record that was evaluated first. */
  readonly term: string;
}

/** What evaluating a record comes to, for its owner. */
export interface SpfEvaluation {
  readonly problems: readonly Permerror[];
  /** For mail that only our mechanism allows; null where nothing matches it. The worse of both versions of IP. */
  readonly own: SpfOutcome | null;
  /** Whether somebody whom no mechanism names passes. */
  readonly allowsEveryone: boolean;
  /** Our mechanism stands behind an `all`, where it is never reached. */
  readonly ownAfterAll: boolean;
  /** Names that may hold our mechanism and could not be asked. */
  readonly unanswered: readonly string[];
  /** Whether everything that may hold our mechanism was evaluated. */
  readonly isWhole: boolean;
}

/** Where a term stands, and for whom it is evaluated. */
interface Place {
  /** The name whose record holds it. */
  readonly domain: string;
  /** The names whose records led here, that one included. */
  readonly chain: readonly string[];
  /** Its position, from the first record on: the same term of the same record, whoever sends. */
  readonly path: string;
  /** Whether a pass here is a pass of the whole record, so that our mechanism may stand here. */
  readonly mayHoldOwn: boolean;
  /** Whether our mail gets here: no term before has decided about it. */
  readonly isForOwn: boolean;
}

/** What became of senders. */
interface Outcomes {
  readonly own: SpfOutcome | null;
  /** Addresses about which a term has decided. */
  readonly decided: AddressRanges;
  /** Those of them that pass. */
  readonly passed: AddressRanges;
}

/** What has become of senders so far. */
interface Progress {
  own: SpfOutcome | null;
  readonly decided: GrowingRanges;
  readonly passed: GrowingRanges;
  /** How many of the public addresses are turned away. */
  refused: bigint;
}

/**
 * Evaluates an SPF record for its owner (sans-I/O): as receivers do for our mail, whose addresses only our mechanism knows,
 * and for everybody else, by the ranges of addresses that each term matches. Our own mechanism counts as one look-up and
 * is not followed.
 *
 *   v=spf1 a include:x include:OURS ?all        look-ups: a 1, include:x 1 + what x holds, OURS 1
 *            └─ TXT x: v=spf1 mx redirect=y               mx 1, redirect 1 + what y holds
 *
 * Once for mail over IPv4, once over IPv6: they look up other records (RFC 7208 §5) and meet other limits. At most two
 * questions are asked for a term, 20 for the hosts of `mx`, and none once the limit of 10 terms is passed: 40 in all.
 */
export function evaluateSpf(input: SpfEvaluationInput): Step<SpfEvaluation> {
  const walk4 = startWalk(input, 4);
  const walk6 = { ...startWalk(input, 6), ask: walk4.ask, problems: walk4.problems, unanswered: walk4.unanswered };
  const walks = [walk4, walk6];
  const first: Place = { domain: input.domain, chain: [input.domain], path: '', mayHoldOwn: true, isForOwn: true };
  const [for4, for6] = walks.map((walk) => evaluateTerms(walk, first, input.terms)) as [Outcomes, Outcomes];
  if (walk4.ask.size > 0) return { done: false, ask: [...walk4.ask.values()] };
  const isOver = walks.some(({ lookupCount }) => lookupCount > MAX_LOOKUPS);
  if (!isOver) noteVoidLimits(walk4, walk6, for4.own?.by === 'own' || for6.own?.by === 'own');
  return {
    done: true,
    value: {
      problems: walk4.problems,
      own: isPassOfOurs(for4.own) ? for6.own : for4.own,
      allowsEveryone:
        measureShare(4, for4.passed) > SHARE_THAT_IS_EVERYONE || measureShare(6, for6.passed) > SHARE_THAT_IS_EVERYONE,
      ownAfterAll: walks.some(({ ownAfterAll }) => ownAfterAll),
      unanswered: walk4.unanswered,
      // Behind the limit nothing was evaluated.
      isWhole: walk4.unanswered.length === 0 && !isOver,
    },
  };
}

/** Whether our mail passes because of our mechanism. */
export function isPassOfOurs(outcome: SpfOutcome | null): boolean {
  return outcome?.by === 'own' && outcome.qualifier === '+';
}

function evaluateTerms(walk: Walk, place: Place, terms: readonly SpfTerm[]): Outcomes {
  const isPlain = !isNetworkOrAll(walk.own) && walk.lookupCount <= MAX_LOOKUPS && terms.every(isNetworkOrAll);
  if (!isPlain) return evaluateAnew(walk, place, terms);
  // What names networks alone comes to the same wherever it stands. Providers' records are such, and long.
  const known = ofNetworks.get(terms) ?? new Map<IpVersion, Outcomes>();
  ofNetworks.set(terms, known);
  const outcomes = known.get(walk.version) ?? evaluateAnew(walk, place, terms);
  known.set(walk.version, outcomes);
  return outcomes;
}

/** By the terms of a record that was parsed once for a check. */
const ofNetworks = new WeakMap<readonly SpfTerm[], Map<IpVersion, Outcomes>>();

function isNetworkOrAll(term: SpfTerm): boolean {
  return term.kind === 'mechanism' && (term.name === 'all' || term.name === 'ip4' || term.name === 'ip6');
}

function evaluateAnew(walk: Walk, place: Place, terms: readonly SpfTerm[]): Outcomes {
  const outcomes: Progress = { own: null, decided: startRanges(), passed: startRanges(), refused: 0n };
  const end = (): Outcomes => ({
    own: outcomes.own,
    decided: outcomes.decided.ranges,
    passed: outcomes.passed.ranges,
  });
  const mechanisms = terms.filter((term) => term.kind === 'mechanism');
  for (const [index, term] of mechanisms.entries()) {
    if (walk.lookupCount > MAX_LOOKUPS) return end();
    const at = { ...place, path: `${place.path}/${index}`, isForOwn: place.isForOwn && outcomes.own === null };
    decide(walk, outcomes, term, evaluateMechanism(walk, at, term, outcomes));
    if (!isEverybodyDecided(walk, outcomes)) continue;
    // Whatever stands behind is never reached (RFC 7208 §5.1), and redirect has no effect (§6.1).
    if (place.mayHoldOwn && mechanisms.slice(index + 1).some((later) => isOwnMechanism(walk, later)))
      walk.ownAfterAll ||= term.name === 'all';
    return end();
  }
  const redirect = terms.find((term) => term.kind === 'modifier' && term.name === 'redirect');
  if (walk.lookupCount > MAX_LOOKUPS || redirect?.kind !== 'modifier' || !countTerm(walk, redirect, place.domain))
    return end();
  const isForOwn = place.isForOwn && outcomes.own === null;
  const at = { ...place, path: `${place.path}/redirect`, mayHoldOwn: place.mayHoldOwn && isForOwn, isForOwn };
  const target = followRecord(walk, at, redirect.value, redirect.text);
  outcomes.own ??= target.own;
  outcomes.passed.add(subtractRanges(target.passed, outcomes.decided.ranges));
  outcomes.decided.add(target.decided);
  return end();
}

/** Takes in what a term matches: it decides about those senders about whom none before did. */
function decide(walk: Walk, outcomes: Progress, term: SpfMechanism, matched: AddressRanges): void {
  const newly = outcomes.decided.add(matched);
  if (term.qualifier === '+') outcomes.passed.add(newly);
  else outcomes.refused += countPublic(walk.version, newly);
  if (outcomes.own !== null) return;
  const { qualifier, text } = term;
  if (isEverybodyDecided(walk, outcomes))
    outcomes.own = { by: term.name === 'all' ? 'all' : 'term', qualifier, term: text };
  else if (toShare(walk.version, outcomes.refused) >= SHARE_THAT_MAY_HOLD_OURS)
    outcomes.own = { by: 'term', qualifier, term: text };
}

function isEverybodyDecided({ version }: Walk, { decided }: Progress): boolean {
  // Ranges that touch are one.
  const [all] = allAddresses(version);
  const [only] = decided.ranges;
  return all !== undefined && only !== undefined && only.first === all.first && only.last === all.last;
}

/** Lists the addresses that a mechanism matches, and notes in `outcomes` where it decides about our mail. */
function evaluateMechanism(walk: Walk, at: Place, term: SpfMechanism, outcomes: Progress): AddressRanges {
  const { version } = walk;
  if (term.name === 'all') return allAddresses(version);
  if (term.name === 'ip4' || term.name === 'ip6') return listNetwork(version, term);
  const isOurs = isOwnMechanism(walk, term);
  if (isOurs) outcomes.own ??= { by: 'own', qualifier: term.qualifier, term: term.text };
  if (!countTerm(walk, term, at.domain) || isOurs || term.name === 'ptr') return [];
  if (term.name === 'include') {
    const isForPass = at.mayHoldOwn && term.qualifier === '+' && outcomes.own === null;
    const target = followRecord(walk, { ...at, mayHoldOwn: isForPass }, term.domainSpec ?? '', term.text);
    // An include matches where the record behind it says pass, and in no other case (RFC 7208 §5.2).
    if (target.own?.qualifier === '+')
      outcomes.own ??= { by: target.own.by, qualifier: term.qualifier, term: term.text };
    return target.passed;
  }
  const spec = term.domainSpec;
  const name = spec === null ? at.domain : expandSpec(walk, at, spec);
  if (name === null || !isAskableName(name)) return [];
  const isConstant = spec === null || !dependsOnSender(spec);
  return findHosts(walk, { term, name, isConstant, path: at.path, isForOwn: at.isForOwn });
}

function listNetwork(version: IpVersion, { name, address, prefix4, prefix6 }: SpfMechanism): AddressRange[] {
  if (address === null || (name === 'ip4') !== (version === 4)) return [];
  return [rangeOfNetwork(version, parseAddress(version, address), version === 4 ? prefix4 : prefix6)];
}

/** The record that `include` or `redirect` names; without one, or with a wrong one, receivers stop (RFC 7208 §5.2, §6.1). */
function followRecord(walk: Walk, at: Place, spec: string, term: string): Outcomes {
  const nothing: Outcomes = { own: null, decided: [], passed: [] };
  const name = expandSpec(walk, at, spec);
  if (name === null) return nothing;
  const isConstant = !dependsOnSender(spec);
  const fail = (problem: SpfTargetProblem): Outcomes => {
    // Who knows what is there for others: where our mail gets to it, it is turned away.
    if (isConstant || at.isForOwn)
      noteProblem(walk, { kind: 'record', problem: { what: 'target', term: excerptOf(term), problem } });
    return nothing;
  };
  // What our include follows: here, too, it is the operator's and not followed.
  if (isOwnTarget(walk, name)) return { ...nothing, own: { by: 'own', qualifier: '+', term } };
  if (!isAskableName(name)) return fail({ what: 'impossible_name' });
  if (walk.circle.length === 0 && at.chain.includes(name)) walk.circle = at.chain.slice(at.chain.indexOf(name));
  const found = name === walk.domain ? walk.txt : askTexts(walk, name);
  if (found === 'pending') return nothing;
  if (found === 'failed') {
    if (at.mayHoldOwn && !walk.unanswered.includes(name)) walk.unanswered.push(name);
    return nothing;
  }
  const records = found === 'none' ? [] : found.filter(isSpfRecord);
  const [record] = records;
  if (found === 'none') noteVoid(walk, { path: at.path, term, isConstant, isForOwn: at.isForOwn });
  if (record === undefined) return fail({ what: 'no_record', name: excerptOf(name) });
  if (records.length > 1) return fail({ what: 'several_records', name: excerptOf(name), count: records.length });
  const parsed = parseOnce(walk.lookups, record);
  return parsed.ok
    ? evaluateTerms(walk, { ...at, domain: name, chain: [...at.chain, name] }, parsed.terms)
    : fail({ what: 'unreadable', name: excerptOf(name), problem: parsed.problem });
}

function isOwnTarget({ own }: Walk, name: string): boolean {
  return own.name === 'include' && own.domainSpec?.toLowerCase().replace(/\.$/, '') === name;
}

function expandSpec(walk: Walk, { domain }: Place, spec: string): string | null {
  return expandDomainSpec(spec, { domain, senderDomain: walk.domain, sender: UNKNOWN_SENDERS[walk.version] });
}

/**
 * Look-ups that find nothing: of those that our mail meets each counts, over either version of IP; for others those that
 * nobody's look-up can find.
 * @param isOwnThere whether our mail gets to our mechanism at all
 */
function noteVoidLimits(walk4: Walk, walk6: Walk, isOwnThere: boolean): void {
  const met = (isOwnThere ? [walk4, walk6] : []).map(({ voids }) => voids.filter(({ isForOwn }) => isForOwn));
  const in6 = new Set(walk6.voids.map(({ path }) => path));
  const certain = walk4.voids.filter(({ path, isConstant }) => isConstant && in6.has(path));
  const once = certain.filter(({ path }, index) => certain.findIndex((other) => other.path === path) === index);
  const worst = [once, ...met].reduce((most, each) => (each.length > most.length ? each : most));
  if (worst.length <= MAX_VOID_LOOKUPS) return;
  const terms = excerptsOf(worst.map(({ term }) => term));
  noteProblem(walk4, { kind: 'limit', limit: { what: 'void_lookups', limit: MAX_VOID_LOOKUPS, terms } });
}
