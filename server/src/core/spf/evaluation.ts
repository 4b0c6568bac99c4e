import {
  firstAnswer,
  joinTxt,
  type Lookups,
  type Question,
  type QuestionType,
  questionKey,
  recordsOfType,
} from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Step } from '../judgement/judgement.ts';
import type { SpfLimit, SpfProblem, SpfTargetProblem } from '../judgement/problems.ts';
import { expandDomainSpec, isAskableName } from './macro.ts';
import {
  buildMechanismKey,
  isSpfRecord,
  parseSpfRecord,
  type SpfMechanism,
  type SpfQualifier,
  type SpfTerm,
} from './record.ts';

/** RFC 7208 §4.6.4: terms that cause look-ups, in the record and in all that it includes or redirects to. */
const MAX_LOOKUPS = 10;
/** RFC 7208 §4.6.4: look-ups that find nothing. */
const MAX_VOID_LOOKUPS = 2;
/** RFC 7208 §4.6.4: MX records behind one `mx`. */
const MAX_MX = 10;

/** Something that makes receivers stop with permerror. */
type Permerror =
  | { readonly kind: 'record'; readonly problem: SpfProblem }
  | { readonly kind: 'limit'; readonly limit: SpfLimit };

/** How an evaluation ends for one kind of sender: which mechanism decided, and what it says. */
interface SpfOutcome {
  readonly by: 'own' | 'all';
  readonly qualifier: SpfQualifier;
}

/** What evaluating a record comes to, for its owner. */
export interface SpfEvaluation {
  readonly problems: readonly Permerror[];
  /** For a sender that only our mechanism allows; null where nothing matches it. */
  readonly own: SpfOutcome | null;
  /** For a sender that no mechanism but `all` matches. */
  readonly stranger: SpfQualifier | null;
  /** Our mechanism stands behind an `all`, where it is never reached. */
  readonly ownAfterAll: boolean;
  /** Names that may hold our mechanism and could not be asked. */
  readonly unanswered: readonly string[];
  /** Whether everything that may hold our mechanism was evaluated. */
  readonly isWhole: boolean;
}

export interface SpfEvaluationInput {
  /** The MAIL FROM name, lower case. */
  readonly domain: string;
  readonly terms: readonly SpfTerm[];
  /** The TXT records at `domain`, joined; a record that leads back to itself is not asked for again. */
  readonly txt: readonly string[];
  readonly own: SpfMechanism;
  readonly lookups: Lookups;
}

interface Walk extends SpfEvaluationInput {
  readonly ownKey: string;
  readonly ask: Map<string, Question>;
  readonly problems: Permerror[];
  readonly voids: string[];
  lookupCount: number;
  readonly unanswered: string[];
  ownAfterAll: boolean;
}

interface Outcomes {
  own: SpfOutcome | null;
  stranger: SpfQualifier | null;
}

/**
 * Evaluates an SPF record for the worst case of its owner (sans-I/O): every term that any sender can reach is evaluated,
 * as for a sender that matches none of them. Our own mechanism counts as one check-up and is not followed.
 *
 *   v=spf1 a include:x include:OURS ?all        count: a 1, include:x 1 + what x holds, OURS 1
 *            └─ TXT x: v=spf1 mx redirect=y     count: mx 1, redirect 1 + what y holds
 *
 * At most two questions are asked for a term, and none once the limit of 10 terms is passed, so a record can cause 20
 * questions at most, also when it leads back to itself. For that, terms behind an include that lets everyone pass are
 * counted too: the number may then only grow from one answer to the next.
 */
export function evaluateSpf(input: SpfEvaluationInput): Step<SpfEvaluation> {
  const walk: Walk = {
    ...input,
    ownKey: buildMechanismKey(input.own),
    ask: new Map(),
    problems: [],
    voids: [],
    lookupCount: 0,
    unanswered: [],
    ownAfterAll: false,
  };
  const { own, stranger } = walkTerms(walk, input.domain, input.terms, true);
  const isOver = walk.lookupCount > MAX_LOOKUPS;
  if (walk.ask.size > 0 && !isOver) return { done: false, ask: [...walk.ask.values()] };
  if (walk.voids.length > MAX_VOID_LOOKUPS)
    walk.problems.push({
      kind: 'limit',
      limit: { what: 'void_lookups', limit: MAX_VOID_LOOKUPS, terms: excerptsOf(walk.voids) },
    });
  return {
    done: true,
    value: {
      problems: walk.problems,
      own,
      stranger,
      ownAfterAll: walk.ownAfterAll,
      unanswered: walk.unanswered,
      // Behind the limit nothing was checked.
      isWhole: walk.unanswered.length === 0 && !isOver,
    },
  };
}

/** @param onPath whether a pass here is a pass of the whole record, so that our mechanism may stand here */
function walkTerms(walk: Walk, domain: string, terms: readonly SpfTerm[], onPath: boolean): Outcomes {
  const outcomes: Outcomes = { own: null, stranger: null };
  const mechanisms = terms.filter((term) => term.kind === 'mechanism');
  for (const [index, term] of mechanisms.entries()) {
    if (walk.lookupCount > MAX_LOOKUPS) return outcomes;
    if (term.name !== 'all') {
      evaluateMechanism(walk, domain, term, outcomes, onPath);
      continue;
    }
    outcomes.own ??= { by: 'all', qualifier: term.qualifier };
    outcomes.stranger ??= term.qualifier;
    // Whatever stands behind is never reached (RFC 7208 §5.1), and redirect has no effect (§6.1).
    if (onPath && mechanisms.slice(index + 1).some((later) => isOwn(walk, later))) walk.ownAfterAll = true;
    return outcomes;
  }
  const redirect = terms.find((term) => term.kind === 'modifier' && term.name === 'redirect');
  if (walk.lookupCount > MAX_LOOKUPS || redirect?.kind !== 'modifier' || !count(walk, redirect, domain))
    return outcomes;
  const target = followRecord(walk, domain, redirect.value, redirect.text, onPath && outcomes.own === null);
  outcomes.own ??= target.own;
  outcomes.stranger ??= target.stranger;
  return outcomes;
}

function evaluateMechanism(walk: Walk, domain: string, term: SpfMechanism, outcomes: Outcomes, onPath: boolean): void {
  const isOurs = isOwn(walk, term);
  if (isOurs) outcomes.own ??= { by: 'own', qualifier: term.qualifier };
  if (term.name === 'ip4' || term.name === 'ip6' || !count(walk, term, domain) || isOurs) return;
  if (term.name === 'include') {
    const mayHoldOwn = onPath && term.qualifier === '+' && outcomes.own === null;
    const target = followRecord(walk, domain, term.domainSpec ?? '', term.text, mayHoldOwn);
    // An include matches where the record behind it says pass, and in no other case (RFC 7208 §5.2).
    if (target.own?.qualifier === '+') outcomes.own ??= { by: target.own.by, qualifier: term.qualifier };
    if (target.stranger === '+') outcomes.stranger ??= term.qualifier;
    return;
  }
  // Which names a ptr looks up depends on the sender's address.
  if (term.name === 'ptr') return;
  const name = term.domainSpec === null ? domain : expandSpec(walk, domain, term.domainSpec);
  if (name !== null && isAskableName(name)) lookForHosts(walk, term, name);
}

/** `a`, `mx` and `exists`: only whether they find anything matters, and how many MX records there are. */
function lookForHosts(walk: Walk, term: SpfMechanism, name: string): void {
  if (term.name === 'mx') {
    const records = look(walk, name, 'MX');
    if (records === 'none') walk.voids.push(term.text);
    if (Array.isArray(records) && records.length > MAX_MX)
      walk.problems.push({
        kind: 'limit',
        limit: { what: 'mail_servers', limit: MAX_MX, term: excerptOf(term.text), count: records.length },
      });
    return;
  }
  // A sender over IPv4 looks up A, one over IPv6 AAAA (RFC 7208 §5): it is void for certain where there is neither.
  // exists always looks up A (§5.7).
  if (look(walk, name, 'A') !== 'none') return;
  if (term.name === 'exists' || look(walk, name, 'AAAA') === 'none') walk.voids.push(term.text);
}

/** The record that `include` or `redirect` names; without one, or with a wrong one, receivers stop (RFC 7208 §5.2, §6.1). */
function followRecord(walk: Walk, domain: string, spec: string, term: string, mayHoldOwn: boolean): Outcomes {
  const nothing: Outcomes = { own: null, stranger: null };
  const name = expandSpec(walk, domain, spec);
  if (name === null) return nothing;
  const fail = (why: SpfTargetProblem): Outcomes => {
    const problem: Permerror = { kind: 'record', problem: { what: 'target', term: excerptOf(term), problem: why } };
    const isKnown = walk.problems.some((known) => JSON.stringify(known) === JSON.stringify(problem));
    if (!isKnown) walk.problems.push(problem);
    return nothing;
  };
  if (!isAskableName(name)) return fail({ what: 'impossible_name' });
  const found = name === walk.domain ? walk.txt : look(walk, name, 'TXT');
  if (found === 'pending') return nothing;
  if (found === 'failed') {
    if (mayHoldOwn && !walk.unanswered.includes(name)) walk.unanswered.push(name);
    return nothing;
  }
  const records = found === 'none' ? [] : found.filter(isSpfRecord);
  const [record] = records;
  if (found === 'none') walk.voids.push(term);
  if (record === undefined) return fail({ what: 'no_record', name: excerptOf(name) });
  if (records.length > 1) return fail({ what: 'several_records', name: excerptOf(name), count: records.length });
  const parsed = parseSpfRecord(record);
  return parsed.ok
    ? walkTerms(walk, name, parsed.terms, mayHoldOwn)
    : fail({ what: 'unreadable', name: excerptOf(name), problem: parsed.problem });
}

/** Counts a term that causes a check-up; false, with the problem noted, where it is one too many. */
function count(walk: Walk, term: SpfTerm, domain: string): boolean {
  walk.lookupCount++;
  if (walk.lookupCount <= MAX_LOOKUPS) return true;
  walk.problems.push({
    kind: 'limit',
    limit: { what: 'lookups', limit: MAX_LOOKUPS, term: excerptOf(term.text), domain: excerptOf(domain) },
  });
  return false;
}

function isOwn(walk: Walk, term: SpfMechanism): boolean {
  return term.name === walk.own.name && buildMechanismKey(term) === walk.ownKey;
}

function expandSpec(walk: Walk, domain: string, spec: string): string | null {
  return expandDomainSpec(spec, { domain, senderDomain: walk.domain });
}

/** The texts (TXT) or host texts of a name, `none` where there are none, or why that is not known (yet). */
function look(walk: Walk, name: string, type: QuestionType & ('TXT' | 'MX' | 'A' | 'AAAA')): LookedUp {
  const question: Question = { name, type, servers: 'any' };
  const key = questionKey(question);
  const result = walk.lookups.get(key);
  if (result === undefined) {
    walk.ask.set(key, question);
    return 'pending';
  }
  const records = recordsOfType(firstAnswer(result), type);
  if (records === null) return 'failed';
  if (records.length === 0) return 'none';
  return records.map((record) =>
    record.type === 'TXT' ? joinTxt(record) : record.type === 'MX' ? record.exchange : record.address,
  );
}

type LookedUp = string[] | 'none' | 'failed' | 'pending';
