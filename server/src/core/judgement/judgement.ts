import type { Answer, Question } from '../answers/dns-answer.ts';
import { findCause } from '../answers/failure.ts';
import { describeFailedAnswer } from '../answers/failure-words.ts';
import { formatList } from '../answers/quote-found.ts';
import type { FindingCode } from '../findings/catalogue.ts';

/** What one server's records amount to. */
export type JudgedStatus = 'verified' | 'missing' | 'mismatched' | 'conflicting';

/** What all servers together amount to; `unknown` changes nothing, it only waits. */
export type RecordStatus = JudgedStatus | 'unknown';

/** One thing noticed by a rule in the records of one server. `text` says it in a sentence or two, with what was found. */
export interface Observation {
  readonly code: FindingCode;
  readonly text: string;
  /** A value that may be published as it stands and would be right, such as one SPF record in place of two. */
  readonly suggestion?: string;
}

/** An observation, and the answers in which it was made. */
export interface SharedObservation extends Observation {
  readonly answers: readonly Answer[];
  /** The servers to ask about, where they are not all that gave these answers. */
  readonly about?: readonly string[];
}

export interface Judgement {
  readonly status: JudgedStatus;
  readonly observations: readonly Observation[];
}

/** A rule that needs further check-ups answers with what to ask next, else with its result (sans-I/O). */
export type Step<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly ask: readonly Question[] };

export interface RecordJudgement {
  readonly status: RecordStatus;
  readonly observations: readonly SharedObservation[];
}

/**
 * Joins what each server showed into one verdict (`verification.md` §1.3). `failed` answers never count. Where some of the
 * servers that answered have the right record and others do not, the verdict waits: `unknown`.
 */
export function combineServers(judged: readonly { answer: Answer; judgement: Judgement | null }[]): RecordJudgement {
  const answered = judged.flatMap(({ answer, judgement }) => (judgement ? [{ answer, judgement }] : []));
  const isUndecided = judged.some(({ answer, judgement }) => answer.outcome !== 'failed' && judgement === null);
  const first = answered[0];
  // A server whose record leads on to a name that could not be asked did answer: without its word there is no agreement.
  if (!first || isUndecided) return { status: 'unknown', observations: [describeSilence(judged.map((j) => j.answer))] };
  const silent = describeFailures(judged.map(({ answer }) => answer));
  const statuses = answered.map(({ judgement }) => judgement.status);
  const isSplit = statuses.includes('verified') && statuses.some((status) => status !== 'verified');
  if (isSplit) return { status: 'unknown', observations: [describeDisagreement(answered), ...silent] };
  // Wrong everywhere, if not in the same way: that is a verdict, and the most telling of the ways is shown.
  const status = MOST_TELLING.find((candidate) => statuses.includes(candidate)) ?? first.judgement.status;
  const observations = new Map<string, SharedObservation>();
  for (const { answer, judgement } of answered) {
    for (const observation of judgement.observations) {
      const key = `${observation.code} ${observation.text}`;
      const answers = [...(observations.get(key)?.answers ?? []), answer];
      observations.set(key, { ...observation, answers });
    }
  }
  const differs = statuses.some((each) => each !== status) ? [describeDisagreement(answered)] : [];
  return { status, observations: [...differs, ...observations.values(), ...silent] };
}

const MOST_TELLING: readonly JudgedStatus[] = ['conflicting', 'mismatched', 'missing'];

/** Two servers may be equally wrong, each in its own way; what one of them alone shows is told by its status. */
function describeDisagreement(answered: readonly { answer: Answer; judgement: Judgement }[]): SharedObservation {
  const groups = new Map<JudgedStatus, string[]>();
  for (const { answer, judgement } of answered) {
    const servers = groups.get(judgement.status) ?? [];
    if (!servers.includes(answer.source.server)) servers.push(answer.source.server);
    groups.set(judgement.status, servers);
  }
  // Where some have it right, the others are the ones to ask about.
  const about = [...groups].flatMap(([status, servers]) => (status === 'verified' ? [] : servers));
  const hasRight = groups.has('verified');
  const views = SAID_FIRST.flatMap((status) => {
    const servers = groups.get(status);
    return servers ? [`${formatNames(servers)} ${say(status, servers.length > 1, hasRight)}`] : [];
  });
  return {
    code: 'nameservers_disagree',
    text: `${views.join(', ')}.`,
    answers: answered.map(({ answer }) => answer),
    about,
  };
}

const SAID_FIRST: readonly JudgedStatus[] = ['verified', ...MOST_TELLING];

function say(status: JudgedStatus, many: boolean, hasRight: boolean): string {
  const [have, do_] = many ? ['have', 'do'] : ['has', 'does'];
  switch (status) {
    case 'verified':
      return `${have} the record`;
    case 'missing':
      return hasRight ? `${do_} not` : `${have} none`;
    case 'mismatched':
      return `${have} another one`;
    case 'conflicting':
      return `${have} more than may be there`;
  }
}

/** Servers that gave no usable answer while others did. */
function describeFailures(answers: readonly Answer[]): SharedObservation[] {
  return answers.flatMap((answer): SharedObservation[] => {
    if (answer.outcome !== 'failed') return [];
    const isLame = answer.reason === 'lame' || answer.reason === 'refused';
    const isExpired = findCause(answer) === 'zone_expired';
    const code = isExpired ? 'zone_expired' : isLame ? 'nameserver_lame' : 'nameserver_unreachable';
    return [{ code, text: describeFailedAnswer(answer), answers: [answer] }];
  });
}

/** No verdict: nobody answered, or what they said leads on to a name that could not be asked. */
function describeSilence(answers: readonly Answer[]): SharedObservation {
  const failed = answers.filter((answer) => answer.outcome === 'failed');
  const says = 'This says nothing about the record, and nothing has been changed.';
  if (failed.length < answers.length)
    return {
      code: 'referenced_name_unanswered',
      text: `What counts here depends on another name as well, and that one could not be looked up. ${says}`,
      answers,
    };
  // A resolver that reports a fault speaks of the domain's servers; one that is silent or refuses is a matter between it and us.
  const isOurs = failed.every(({ source, reason }) => source.via === 'recursive' && reason !== 'servfail');
  const isExpired = failed.every((answer) => findCause(answer) === 'zone_expired');
  const code = isOurs ? 'resolver_unanswered' : isExpired ? 'zone_expired' : 'no_nameserver_answered';
  return { code, text: `${formatList([...new Set(failed.map(describeFailedAnswer))], 4)} ${says}`, answers };
}

function formatNames(servers: readonly string[]): string {
  const names = servers.slice(0, 6).map((server) => `\`${server}\``);
  const last = servers.length > names.length ? `${servers.length - names.length} more` : names.pop();
  return names.length === 0 ? (last ?? '') : `${names.join(', ')} and ${last}`;
}
