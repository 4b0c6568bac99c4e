/*
 * What rules say. A rule judges one server's answer and returns a status with observations: codes and facts,
 * listed with their types in `observation.ts` (syntax errors in `problems.ts`). `combineServers` turns the
 * verdicts of all servers into one. `Step` is how a rule that needs more answers asks for them without doing I/O.
 * Sentences are made in `findings/words/`.
 */

import { type Answer, type Failed, failureOf, type Question } from '../answers/dns-answer.ts';
import { findCause, findServerFault, type ServerFault } from '../answers/failure.ts';
import type { FailureFacts, FailuresFacts, FindingFacts, Observation, ServersFacts } from './observation.ts';

/** What one server's records amount to. */
export type JudgedStatus = 'verified' | 'missing' | 'mismatched' | 'conflicting';

/** What all servers together amount to; `unknown` changes nothing, it only waits. */
export type RecordStatus = JudgedStatus | 'unknown';

/** An observation, and the answers in which it was made. */
export type SharedObservation = Observation & { readonly answers: readonly Answer[] };

export interface Judgement {
  readonly status: JudgedStatus;
  readonly observations: readonly Observation[];
}

/** A rule's answer where names that could decide could not be asked. */
export interface Undecided {
  readonly status: 'undecided';
  readonly names: readonly string[];
}

/** A rule that needs further look-ups answers with what to ask next, else with its result (sans-I/O). */
export type Step<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly ask: readonly Question[] };

export interface RecordJudgement {
  readonly status: RecordStatus;
  readonly observations: readonly SharedObservation[];
}

/** What one server answered, and what a rule made of it; null where it failed, or where that is not known. */
export interface JudgedAnswer {
  readonly answer: Answer;
  readonly judgement: Judgement | Undecided | null;
}

type DecidedAnswer = JudgedAnswer & { readonly judgement: Judgement };

/**
 * Joins what each server showed into one verdict (`verification.md` §1.3). `failed` answers never count. Where some of the
 * servers that answered have the right record and others do not, the verdict waits: `unknown`.
 */
export function combineServers(judged: readonly JudgedAnswer[]): RecordJudgement {
  const decided = judged.filter(isDecided);
  const isUndecided = judged.some((each) => each.answer.outcome !== 'failed' && !isDecided(each));
  const first = decided[0];
  // A server whose record leads on to a name that could not be asked did answer: without its word there is no agreement.
  if (!first || isUndecided) return { status: 'unknown', observations: [observeSilence(judged)] };
  const failures = observeFailures(judged.map(({ answer }) => answer));
  const statuses = decided.map(({ judgement }) => judgement.status);
  const isSplit = statuses.includes('verified') && statuses.some((status) => status !== 'verified');
  if (isSplit) return { status: 'unknown', observations: [observeDisagreement(decided), ...failures] };
  // Wrong everywhere, if not in the same way: that is a verdict, and the most telling of the ways is shown.
  const status = MOST_TELLING.find((candidate) => statuses.includes(candidate)) ?? first.judgement.status;
  const observations = new Map<string, SharedObservation>();
  for (const { answer, judgement } of decided) {
    for (const observation of judgement.observations) {
      const key = JSON.stringify([observation.code, observation.facts]);
      const answers = [...(observations.get(key)?.answers ?? []), answer];
      observations.set(key, { ...observation, answers });
    }
  }
  const differs = statuses.some((each) => each !== status) ? [observeDisagreement(decided)] : [];
  return { status, observations: [...differs, ...observations.values(), ...failures] };
}

const MOST_TELLING: readonly JudgedStatus[] = ['conflicting', 'mismatched', 'missing'];
const MAX_SERVERS = 6;
const MAX_FAILURES = 4;
const MAX_NAMES = 4;

function isDecided(judged: JudgedAnswer): judged is DecidedAnswer {
  return judged.judgement !== null && judged.judgement.status !== 'undecided';
}

/** Two servers may be equally wrong, each in its own way; what one of them alone shows is told by its status. */
function observeDisagreement(decided: readonly DecidedAnswer[]): SharedObservation {
  const groups = new Map<JudgedStatus, Set<string>>();
  for (const { answer, judgement } of decided) {
    const servers = groups.get(judgement.status) ?? new Set();
    groups.set(judgement.status, servers.add(answer.source.server));
  }
  const facts: FindingFacts['nameservers_disagree'] = Object.fromEntries(
    [...groups].map(([status, servers]): [string, ServersFacts] => [
      status,
      { names: [...servers].slice(0, MAX_SERVERS), count: servers.size },
    ]),
  );
  return { code: 'nameservers_disagree', facts, answers: decided.map(({ answer }) => answer) };
}

/** Servers that gave no usable answer while others did. */
function observeFailures(answers: readonly Answer[]): SharedObservation[] {
  const ofServers = new Map<ServerFault, Failed[]>();
  const others = answers.flatMap((answer): SharedObservation[] => {
    if (answer.outcome !== 'failed') return [];
    const fault = answer.source.via === 'authoritative' ? findServerFault(answer) : null;
    if (fault !== null) {
      ofServers.set(fault, [...(ofServers.get(fault) ?? []), answer]);
      return [];
    }
    if (findCause(answer) === 'zone_expired')
      return [{ code: 'zone_expired', facts: listFailures([answer]), answers: [answer] }];
    const isLame = answer.reason === 'lame' || answer.reason === 'refused';
    const code = isLame ? 'nameserver_lame' : 'nameserver_unreachable';
    return [{ code, facts: toFacts(answer), answers: [answer] }];
  });
  return [
    ...others,
    ...[...ofServers].map(([code, failed]) => ({ code, facts: listServers(failed), answers: failed })),
  ];
}

/** Takes the servers of these answers, the first of them by name. */
export function listServers(answers: readonly Answer[]): ServersFacts {
  const names = new Set(answers.map(({ source }) => source.server));
  return { names: [...names].slice(0, MAX_SERVERS), count: names.size };
}

/** No verdict: nobody answered, or what they said leads on to a name that could not be asked. */
function observeSilence(judged: readonly JudgedAnswer[]): SharedObservation {
  const answers = judged.map(({ answer }) => answer);
  const failed = answers.filter((answer) => answer.outcome === 'failed');
  if (failed.length < answers.length) {
    const names = new Set(
      judged.flatMap(({ judgement }) => (judgement?.status === 'undecided' ? judgement.names : [])),
    );
    const facts = { what: 'names', names: [...names].slice(0, MAX_NAMES) } as const;
    return { code: 'referenced_name_unanswered', facts, answers };
  }
  // A resolver that reports a fault speaks of the domain's servers; one that is silent or refuses is a matter between it and us.
  const isOurs = failed.every(({ source, reason }) => source.via === 'recursive' && reason !== 'servfail');
  const isExpired = failed.every((answer) => findCause(answer) === 'zone_expired');
  const code = isOurs ? 'resolver_unanswered' : isExpired ? 'zone_expired' : 'no_nameserver_answered';
  return { code, facts: listFailures(failed), answers };
}

/** Takes what is told of failures, without what differs from one check to the next. */
export function listFailures(failed: readonly Failed[]): FailuresFacts {
  return { failures: failed.slice(0, MAX_FAILURES).map(toFacts), count: failed.length };
}

function toFacts(failed: Failed): FailureFacts {
  const { server, address, via } = failed.source;
  return { server, address, via, reason: failed.reason, failure: failureOf(failed) };
}
