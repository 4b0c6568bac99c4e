import {
  firstAnswer,
  joinTxt,
  type Lookups,
  type Question,
  type QuestionType,
  questionKey,
  recordsOfType,
} from '../answers/dns-answer.ts';
import { excerptOf } from '../answers/quote-found.ts';
import type { SpfLimit, SpfProblem } from '../judgement/problems.ts';
import type { IpVersion } from './address-ranges.ts';
import { buildMechanismKey, type SpfMechanism, type SpfTerm } from './record.ts';

/** RFC 7208 §4.6.4: terms that cause look-ups, in the record and in all that it includes or redirects to. */
export const MAX_LOOKUPS = 10;
/** RFC 7208 §4.6.4: look-ups that find nothing. */
export const MAX_VOID_LOOKUPS = 2;
/** RFC 7208 §4.6.4: MX records behind one `mx`. */
export const MAX_MX = 10;

/** What is evaluated. */
export interface SpfEvaluationInput {
  /** The MAIL FROM name, lower case. */
  readonly domain: string;
  readonly terms: readonly SpfTerm[];
  /** The TXT records at `domain`, joined; a record that leads back to itself is not asked for again. */
  readonly txt: readonly string[];
  readonly own: SpfMechanism;
  readonly lookups: Lookups;
}

/** Something that makes receivers stop with permerror. */
export type Permerror =
  | { readonly kind: 'record'; readonly problem: SpfProblem }
  | { readonly kind: 'limit'; readonly limit: SpfLimit };

/** A permerror, and the terms of the first record that lead to it; of too many look-ups every term may be one too many. */
export interface CausedPermerror {
  readonly error: Permerror;
  readonly causes: Set<string>;
}

/** Our mechanism stands behind a term that decides about our mail before it. */
export interface Blocked {
  readonly term: string;
  readonly isAll: boolean;
  /** Whose record holds both, and that record. */
  readonly domain: string;
  readonly record: string;
}

/** A look-up that finds nothing (RFC 7208 §4.6.4). */
export interface VoidLookup {
  /** Where the term stands. */
  readonly path: string;
  readonly term: string;
  /** The term of the first record that led there. */
  readonly root: string;
  /** Whether it looks up the same for every sender. */
  readonly isConstant: boolean;
  /** Whether our mail meets it. */
  readonly isForOwn: boolean;
}

/** One evaluation of a record and all that it leads to, for senders over one version of IP. */
export interface Walk extends SpfEvaluationInput {
  readonly version: IpVersion;
  readonly ownKey: string;
  readonly ask: Map<string, Question>;
  readonly problems: CausedPermerror[];
  readonly unanswered: string[];
  readonly voids: VoidLookup[];
  lookupCount: number;
  /** Questions for the hosts of `mx`. */
  hostQuestions: number;
  blocked: Blocked | null;
  /** The term of the first record that led to our mechanism. */
  ownRoot: string | null;
  /** Terms of the first record that let so many pass that anyone does. */
  readonly openers: Set<string>;
  /** Names whose records lead to each other, and the term of the first record that led there. */
  circle: { readonly names: readonly string[]; readonly root: string } | null;
}

/** Starts an evaluation. */
export function startWalk(input: SpfEvaluationInput, version: IpVersion): Walk {
  return {
    ...input,
    version,
    ownKey: buildMechanismKey(input.own),
    ask: new Map(),
    problems: [],
    unanswered: [],
    voids: [],
    lookupCount: 0,
    hostQuestions: 0,
    blocked: null,
    ownRoot: null,
    openers: new Set(),
    circle: null,
  };
}

/** Whether a term is our mechanism, by what it means. */
export function isOwnMechanism(walk: Walk, term: SpfMechanism): boolean {
  return term.name === walk.own.name && buildMechanismKey(term) === walk.ownKey;
}

/** Counts a term that causes a look-up; false, with the problem noted, where it is one too many. */
export function countTerm(walk: Walk, term: SpfTerm, domain: string): boolean {
  walk.lookupCount++;
  if (walk.lookupCount <= MAX_LOOKUPS) return true;
  if (walk.circle !== null) {
    const { names, root } = walk.circle;
    noteProblem(walk, { kind: 'limit', limit: { what: 'circle', limit: MAX_LOOKUPS, names } }, root);
    return false;
  }
  const limit = { what: 'lookups', limit: MAX_LOOKUPS, term: excerptOf(term.text), domain: excerptOf(domain) } as const;
  noteProblem(walk, { kind: 'limit', limit }, ...walk.terms.filter(causesLookup).map(({ text }) => text));
  return false;
}

function causesLookup(term: SpfTerm): boolean {
  return term.kind === 'modifier' ? term.name === 'redirect' : !/^(?:all|ip4|ip6)$/.test(term.name);
}

/** Notes why receivers stop, once, and which terms of the first record lead there. */
export function noteProblem(walk: Walk, error: Permerror, ...causes: readonly string[]): void {
  const known = walk.problems.find((each) => JSON.stringify(each.error) === JSON.stringify(error));
  if (known === undefined) walk.problems.push({ error, causes: new Set(causes) });
  else for (const cause of causes) known.causes.add(cause);
}

/** Notes a look-up that finds nothing. */
export function noteVoid(walk: Walk, found: VoidLookup): void {
  walk.voids.push(found);
}

/** What is known of a name: its texts, that there are none, or that nobody could say (yet). */
export type LookedUp = readonly string[] | 'none' | 'failed' | 'pending';

/** Finds the TXT records of a name, joined; asks for them where they are not known. */
export function askTexts(walk: Walk, name: string): LookedUp {
  return askFor(walk, name, 'TXT');
}

/** Finds the hosts of a name's MX records, or its addresses; asks for them where they are not known. */
export function askFor(
  walk: Pick<Walk, 'lookups' | 'ask'>,
  name: string,
  type: QuestionType & ('TXT' | 'MX' | 'A' | 'AAAA'),
): LookedUp {
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
