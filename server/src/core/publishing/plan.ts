import type { Question } from '../answers/dns-answer.ts';
import type { Step } from '../judgement/judgement.ts';
import { planAlias, planBehindAlias } from './plan-aliases.ts';
import type { PlanReason } from './plan-reason.ts';
import { planSets } from './plan-sets.ts';
import type { PlanInput, PlannedChange, WantedRecord } from './planned-change.ts';
import { findSet, lookUp, type Planning } from './planning.ts';
import type { RrSetChange } from './rr-set.ts';

/**
 * Plans what to write so that a domain's records are right, and nothing of others is lost (sans-I/O). What our rules accept as
 * it stands is kept, whatever it looks like, so that the plan of a zone that is right is empty.
 *
 *     name ── in this zone? ── CNAME wanted ─── planAlias
 *                           ├─ CNAME stands ─── planBehindAlias
 *                           └─ neither ──────── planSets: one row for each type
 *
 * @returns the names to ask next, or the changes, in the order of the records wanted
 */
export function planRecords(input: PlanInput): Step<readonly PlannedChange[]> {
  const ask = new Map<string, Question>();
  const byName = new Map<string, WantedRecord[]>();
  for (const wanted of input.wanted) {
    const name = wanted.record.name.toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), wanted]);
  }
  const changes = [...byName].flatMap(([name, wantedHere]) => planName({ ...input, ask, name, wantedHere }));
  return ask.size > 0 ? { done: false, ask: [...ask.values()] } : { done: true, value: changes };
}

/** Takes what is to be written: all that needs no consent, and what the given ones name. What goes comes first. */
export function selectChanges(plan: readonly PlannedChange[], consents: readonly string[]): readonly RrSetChange[] {
  const given = new Set(consents);
  const taken = plan.filter(({ action, consent }) =>
    action === 'conflict' ? consent !== null && given.has(consent) : action !== 'keep',
  );
  const changes = taken.map(({ before, after }) => ({ before, after }));
  return [...changes.filter(({ after }) => after === null), ...changes.filter(({ after }) => after !== null)];
}

function planName(planning: Planning): PlannedChange[] {
  const elsewhere = findOtherZone(planning);
  if (elsewhere) return elsewhere;
  if (planning.wantedHere.some(({ record }) => record.type === 'CNAME')) return planAlias(planning);
  const cname = findSet(planning, 'CNAME');
  const rows = planSets(planning);
  return cname ? planBehindAlias(planning, cname, rows) : rows;
}

/** A name that isn't in this zone, or is in one that was cut out of it: what is written here, nobody would find. */
function findOtherZone(planning: Planning): PlannedChange[] | null {
  const { name, zone, wantedHere } = planning;
  const types = [...new Set(wantedHere.map(({ record }) => record.type))];
  const holders = types.flatMap((type) => {
    const result = lookUp(planning, type === 'MX' ? 'MX' : 'TXT');
    return (result?.aliases.length === 0 ? result.zone?.name : result?.askedZone?.name) ?? [];
  });
  const isIn = (holder: string) => name === holder || name.endsWith(`.${holder}`);
  const holder = holders.find((found) => found.length > zone.length && isIn(found));
  if (isIn(zone) && holder === undefined) return null;
  const reason: PlanReason = { code: 'other_zone', facts: { zone, holder: holder ?? holders[0] ?? null } };
  return types.map((type) => ({ name, type, action: 'conflict', before: null, after: null, reason, consent: null }));
}
