import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Step } from '../judgement/judgement.ts';
import type { SpfTargetProblem } from '../judgement/problems.ts';
import {
  type AddressRange,
  type AddressRanges,
  allAddresses,
  type IpVersion,
  measureShare,
  parseAddress,
  rangeOfNetwork,
  subtractRanges,
} from './address-ranges.ts';
import { findHosts } from './hosts.ts';
import { dependsOnSender, expandDomainSpec, isAskableName } from './macro.ts';
import {
  decide,
  endProgress,
  isEverybodyDecided,
  isPassOfOurs,
  type Outcomes,
  type Progress,
  type SpfOutcome,
  startProgress,
} from './outcomes.ts';
import { parseOnce } from './parsed-records.ts';
import { isSpfRecord, type SpfMechanism, type SpfTerm } from './record.ts';
import { UNKNOWN_SENDERS } from './sender.ts';
import { splitGluedTerms } from './slips.ts';
import {
  askTexts,
  type Blocked,
  type CausedPermerror,
  countTerm,
  isOwnMechanism,
  MAX_LOOKUPS,
  MAX_VOID_LOOKUPS,
  noteProblem,
  noteVoid,
  type SpfEvaluationInput,
  startWalk,
  type Walk,
} from './walk.ts';

/** Where a record lets more of all addresses pass than this, it lets anyone pass who wants to: nobody who publishes records has so many. */
const SHARE_THAT_IS_EVERYONE = 1 / 16;

/** What evaluating a record comes to, for its owner. */
export interface SpfEvaluation {
  readonly problems: readonly CausedPermerror[];
  /** For mail that only our mechanism allows; null where nothing matches it. The worse of both versions of IP. */
  readonly own: SpfOutcome | null;
  /** Whether somebody whom no mechanism names passes. */
  readonly allowsEveryone: boolean;
  /** The terms of the record that let everybody pass, each for itself. */
  readonly openers: ReadonlySet<string>;
  /** Where our mechanism stands behind a term that decides about our mail, for the version of IP of `own`. */
  readonly blocked: Blocked | null;
  /** The term that leads to our mechanism, where one was found to. */
  readonly ownRoot: string | null;
  /** Names that may hold our mechanism and could not be asked. */
  readonly unanswered: readonly string[];
  /** Whether everything that may hold our mechanism was evaluated. */
  readonly isWhole: boolean;
}

/** Where a term stands, and for whom it is evaluated. */
interface Place {
  /** The name whose record holds it. */
  readonly domain: string;
  readonly record: string;
  /** The term of the first record that leads here; null in that record. */
  readonly root: string | null;
  /** The names whose records led here, that one included. */
  readonly chain: readonly string[];
  /** Its position, from the first record on: the same term of the same record, whoever sends. */
  readonly path: string;
  /** Whether a pass here is a pass of the whole record, so that our mechanism may stand here. */
  readonly mayHoldOwn: boolean;
  /** Whether our mail gets here: no term before has decided about it. */
  readonly isForOwn: boolean;
}

/** The place of a term, which is always led to by one of the first record: itself there. */
type TermPlace = Place & { readonly root: string };

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
  const { ask, problems, unanswered, openers } = walk4;
  const walk6 = { ...startWalk(input, 6), ask, problems, unanswered, openers };
  const walks = [walk4, walk6];
  const first: Place = {
    domain: input.domain,
    record: input.txt.find(isSpfRecord) ?? '',
    root: null,
    chain: [input.domain],
    path: '',
    mayHoldOwn: true,
    isForOwn: true,
  };
  const [for4, for6] = walks.map((walk) => evaluateTerms(walk, first, input.terms)) as [Outcomes, Outcomes];
  if (ask.size > 0) return { done: false, ask: [...ask.values()] };
  const isOver = walks.some(({ lookupCount }) => lookupCount > MAX_LOOKUPS);
  if (!isOver) noteVoidLimits(walk4, walk6, for4.own?.by === 'own' || for6.own?.by === 'own');
  const [worse, own] = isPassOfOurs(for4.own) ? [walk6, for6.own] : [walk4, for4.own];
  return {
    done: true,
    value: {
      problems,
      own,
      allowsEveryone:
        measureShare(4, for4.passed) > SHARE_THAT_IS_EVERYONE || measureShare(6, for6.passed) > SHARE_THAT_IS_EVERYONE,
      openers,
      blocked: worse.blocked,
      ownRoot: walk4.ownRoot ?? walk6.ownRoot,
      unanswered,
      // Behind the limit nothing was evaluated.
      isWhole: unanswered.length === 0 && !isOver,
    },
  };
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
  const outcomes = startProgress();
  const mechanisms = terms.filter((term) => term.kind === 'mechanism');
  for (const [index, term] of mechanisms.entries()) {
    if (walk.lookupCount > MAX_LOOKUPS) return endProgress(outcomes);
    const isForOwn = place.isForOwn && outcomes.own === null;
    const at = { ...place, root: place.root ?? term.text, path: `${place.path}/${index}`, isForOwn };
    const wasDecided = outcomes.own !== null;
    const passed = decide(walk.version, outcomes, term, evaluateMechanism(walk, at, term, outcomes));
    if (place.root === null && measureShare(walk.version, passed) > SHARE_THAT_IS_EVERYONE) walk.openers.add(term.text);
    if (!wasDecided && place.mayHoldOwn) noteBlocked(walk, place, outcomes.own, mechanisms.slice(index + 1));
    // Whatever stands behind is never reached (RFC 7208 §5.1), and redirect has no effect (§6.1).
    if (isEverybodyDecided(walk.version, outcomes)) return endProgress(outcomes);
  }
  const redirect = terms.find((term) => term.kind === 'modifier' && term.name === 'redirect');
  if (walk.lookupCount > MAX_LOOKUPS || redirect?.kind !== 'modifier' || !countTerm(walk, redirect, place.domain))
    return endProgress(outcomes);
  const isForOwn = place.isForOwn && outcomes.own === null;
  const root = place.root ?? redirect.text;
  const at = { ...place, root, path: `${place.path}/redirect`, mayHoldOwn: place.mayHoldOwn && isForOwn, isForOwn };
  const target = followRecord(walk, at, redirect.value, redirect.text);
  outcomes.own ??= target.own;
  outcomes.passed.add(subtractRanges(target.passed, outcomes.decided.ranges));
  outcomes.decided.add(target.decided);
  return endProgress(outcomes);
}

/** Notes the term that decided about our mail, where our mechanism is among those behind it. */
function noteBlocked(walk: Walk, place: Place, own: SpfOutcome | null, later: readonly SpfMechanism[]): void {
  if (own === null || own.by === 'own' || walk.blocked !== null) return;
  if (!later.some((each) => isOwnMechanism(walk, each))) return;
  walk.blocked = { term: own.term, isAll: own.by === 'all', domain: place.domain, record: place.record };
}

/** Lists the addresses that a mechanism matches, and notes in `outcomes` where it decides about our mail. */
function evaluateMechanism(walk: Walk, at: TermPlace, term: SpfMechanism, outcomes: Progress): AddressRanges {
  const { version } = walk;
  if (term.name === 'all') return allAddresses(version);
  if (term.name === 'ip4' || term.name === 'ip6') return listNetwork(version, term);
  const isOurs = isOwnMechanism(walk, term);
  if (isOurs) {
    walk.ownRoot ??= at.root;
    outcomes.own ??= { by: 'own', qualifier: term.qualifier, term: term.text };
  }
  if (!countTerm(walk, term, at.domain) || isOurs || term.name === 'ptr') return [];
  if (term.name === 'include') {
    const isForPass = at.mayHoldOwn && term.qualifier === '+' && outcomes.own === null;
    const target = followRecord(walk, { ...at, mayHoldOwn: isForPass }, term.domainSpec ?? '', term.text);
    // An include matches where the record behind it says pass, and in no other case (RFC 7208 §5.2).
    if (target.own?.qualifier === '+')
      outcomes.own ??= { by: target.own.by === 'own' ? 'own' : 'term', qualifier: term.qualifier, term: term.text };
    return target.passed;
  }
  const spec = term.domainSpec;
  const name = spec === null ? at.domain : expandSpec(walk, at, spec);
  if (name === null || !isAskableName(name)) return [];
  const isConstant = spec === null || !dependsOnSender(spec);
  return findHosts(walk, { term, name, isConstant, path: at.path, root: at.root, isForOwn: at.isForOwn });
}

function listNetwork(version: IpVersion, { name, address, prefix4, prefix6 }: SpfMechanism): AddressRange[] {
  if (address === null || (name === 'ip4') !== (version === 4)) return [];
  return [rangeOfNetwork(version, parseAddress(version, address), version === 4 ? prefix4 : prefix6)];
}

/** The record that `include` or `redirect` names; without one, or with a wrong one, receivers stop (RFC 7208 §5.2, §6.1). */
function followRecord(walk: Walk, at: TermPlace, spec: string, term: string): Outcomes {
  const nothing: Outcomes = { own: null, decided: [], passed: [] };
  const name = expandSpec(walk, at, spec);
  if (name === null) return nothing;
  const isConstant = !dependsOnSender(spec);
  const { root } = at;
  const fail = (problem: SpfTargetProblem): Outcomes => {
    // Who knows what is there for others: where our mail gets to it, it is turned away.
    if (isConstant || at.isForOwn)
      noteProblem(walk, { kind: 'record', problem: { what: 'target', term: excerptOf(term), problem } }, root);
    return nothing;
  };
  // What our include follows: here, too, it is the operator's and not followed.
  if (isOwnTarget(walk, name)) {
    walk.ownRoot ??= root;
    return { ...nothing, own: { by: 'own', qualifier: '+', term } };
  }
  if (!isAskableName(name)) return fail({ what: 'impossible_name' });
  if (at.chain.includes(name)) walk.circle ??= { names: at.chain.slice(at.chain.indexOf(name)), root };
  const found = name === walk.domain ? walk.txt : askTexts(walk, name);
  if (found === 'pending') return nothing;
  if (found === 'failed') {
    if (at.mayHoldOwn && !walk.unanswered.includes(name)) walk.unanswered.push(name);
    return nothing;
  }
  const records = found === 'none' ? [] : found.filter(isSpfRecord);
  const [record] = records;
  if (found === 'none') noteVoid(walk, { path: at.path, term, root, isConstant, isForOwn: at.isForOwn });
  if (record === undefined) {
    const [, next] = splitGluedTerms(term);
    return fail(
      next === undefined
        ? { what: 'no_record', name: excerptOf(name) }
        : { what: 'no_space_before', next: excerptOf(next) },
    );
  }
  if (records.length > 1) return fail({ what: 'several_records', name: excerptOf(name), count: records.length });
  const parsed = parseOnce(walk.lookups, record);
  return parsed.ok
    ? evaluateTerms(walk, { ...at, domain: name, record, chain: [...at.chain, name] }, parsed.terms)
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
  const limit = { what: 'void_lookups', limit: MAX_VOID_LOOKUPS, terms } as const;
  noteProblem(walk4, { kind: 'limit', limit }, ...worst.map(({ root }) => root));
}
