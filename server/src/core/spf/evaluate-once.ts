import type { Lookups } from '../answers/dns-answer.ts';
import type { Step } from '../judgement/judgement.ts';
import { evaluateSpf, type SpfEvaluation } from './evaluation.ts';
import type { SpfEvaluationInput } from './walk.ts';

const evaluationsOf = new WeakMap<Lookups, Map<string, Step<SpfEvaluation>>>();

/** Evaluates a record once for all that is said of it: more look-ups change nothing once it needs none. */
export function evaluateOnce(input: SpfEvaluationInput, record: string): Step<SpfEvaluation> {
  const known = evaluationsOf.get(input.lookups) ?? new Map<string, Step<SpfEvaluation>>();
  evaluationsOf.set(input.lookups, known);
  const key = JSON.stringify([input.domain, input.own.text, record]);
  const step = known.get(key) ?? evaluateSpf(input);
  if (step.done) known.set(key, step);
  return step;
}
