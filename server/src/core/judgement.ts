import type { Answer, Question } from './dns-answer.ts';

/** The five records of a domain, in the order in which they are shown. */
export const RECORD_KINDS = ['ownership', 'dkim', 'mail_from_mx', 'mail_from_spf', 'dmarc'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** What one server's records amount to. */
export type JudgedStatus = 'verified' | 'missing' | 'mismatched' | 'conflicting';

/** What all servers together amount to; `unknown` changes nothing, it only waits. */
export type RecordStatus = JudgedStatus | 'unknown';

/** What was noticed, by the codes of `verification.md` §5. The diagnostics turn each into sentences. */
export type ObservationCode =
  | 'record_missing'
  | 'value_mismatch'
  | 'value_truncated'
  | 'value_quoted'
  | 'value_has_spaces'
  | 'multiple_records'
  | 'mx_extra'
  | 'mx_null'
  | 'mx_priority_differs'
  | 'spf_multiple'
  | 'spf_syntax'
  | 'spf_too_many_lookups'
  | 'spf_mechanism_missing'
  | 'spf_mechanism_after_all'
  | 'spf_allows_everyone'
  | 'dkim_testing_flag'
  | 'dkim_revoked'
  | 'dkim_weak_key'
  | 'dkim_service_excluded'
  | 'dkim_hash_excluded'
  | 'dmarc_invalid'
  | 'dmarc_multiple'
  | 'dmarc_at_parent'
  | 'nameservers_disagree'
  | 'no_nameserver_answered'
  | 'nameserver_lame'
  | 'nameserver_unreachable';

/** One thing noticed. `text` says it in one plain sentence, with what was found. */
export interface Observation {
  readonly code: ObservationCode;
  readonly text: string;
}

export interface Judgement {
  readonly status: JudgedStatus;
  readonly observations: readonly Observation[];
}

/** A rule that needs further look-ups answers with what to ask next, else with its result (sans-I/O). */
export type Step<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly ask: readonly Question[] };

export interface RecordJudgement {
  readonly status: RecordStatus;
  readonly observations: readonly Observation[];
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
  if (!first || isUndecided) {
    const observation = describeSilence(judged.map(({ answer }) => answer));
    return { status: 'unknown', observations: [observation] };
  }
  const silent = judged.flatMap(({ answer }): Observation[] => {
    if (answer.outcome !== 'failed') return [];
    const code = answer.reason === 'lame' || answer.reason === 'refused' ? 'nameserver_lame' : 'nameserver_unreachable';
    return [{ code, text: `${describeFailure(answer)}.` }];
  });
  const statuses = answered.map(({ judgement }) => judgement.status);
  const views = answered.map(({ answer, judgement }) => `${answer.source.server}: ${judgement.status}`).join(', ');
  const disagreement: Observation = {
    code: 'nameservers_disagree',
    text: `The name servers do not agree yet (${views}).`,
  };
  const isSplit = statuses.includes('verified') && statuses.some((status) => status !== 'verified');
  if (isSplit) return { status: 'unknown', observations: [disagreement, ...silent] };
  // Wrong everywhere, if not in the same way: that is a verdict, and the most telling of the ways is shown.
  const status = MOST_TELLING.find((candidate) => statuses.includes(candidate)) ?? first.judgement.status;
  const observations = new Map<string, Observation>();
  for (const { judgement } of answered)
    for (const observation of judgement.observations)
      observations.set(`${observation.code} ${observation.text}`, observation);
  const differs = statuses.some((each) => each !== status) ? [disagreement] : [];
  return { status, observations: [...differs, ...observations.values(), ...silent] };
}

const MOST_TELLING: readonly JudgedStatus[] = ['conflicting', 'mismatched', 'missing'];

/** No verdict: nobody answered, or what they said leads on to a name that could not be asked. */
function describeSilence(answers: readonly Answer[]): Observation {
  const failed = answers.filter(({ outcome }) => outcome === 'failed');
  const says = 'This says nothing about the record.';
  const text =
    failed.length < answers.length
      ? `The record refers to another name that could not be looked up. ${says}`
      : `No name server gave a usable answer (${failed.map(describeFailure).join('; ')}). ${says}`;
  return { code: 'no_nameserver_answered', text };
}

function describeFailure(answer: Answer): string {
  return answer.outcome === 'failed' ? `${answer.source.server}: ${answer.detail}` : `${answer.source.server} answered`;
}
