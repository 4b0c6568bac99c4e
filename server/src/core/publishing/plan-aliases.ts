import { firstAnswer } from '../answers/dns-answer.ts';
import { findCause } from '../answers/failure.ts';
import { excerptsOf } from '../answers/quote-found.ts';
import type { PlanReason } from './plan-reason.ts';
import { formatWanted } from './plan-rules.ts';
import type { PlanAction, PlannedChange } from './planned-change.ts';
import { buildSet, findSet, hasForeign, judgeAnswer, lookUp, type Planning, readSet } from './planning.ts';
import type { RrSet } from './rr-set.ts';
import { digestOf, readStanding } from './standing.ts';

/**
 * Plans a name at which a CNAME stands and other records are wanted. It may lead to what is wanted; else it is in the way of all
 * of them (RFC 1034 §3.6.2).
 * @param rows the plan of the other records, as if there were no CNAME
 */
export function planBehindAlias(planning: Planning, cname: RrSet, rows: readonly PlannedChange[]): PlannedChange[] {
  const { name, wantedHere } = planning;
  const target = readTarget(cname);
  const kept: PlannedChange = {
    name,
    type: 'CNAME',
    action: 'keep',
    before: cname,
    after: cname,
    reason: null,
    consent: null,
  };
  const isRightBehind = wantedHere.every((wanted) => {
    const result = lookUp(planning, wanted.record.type === 'MX' ? 'MX' : 'TXT');
    const answer = result && firstAnswer(result);
    if (!answer || answer.outcome === 'failed') return false;
    const verdict = judgeAnswer(planning, wanted, answer);
    return verdict !== null && verdict !== 'pending' && verdict.status === 'verified';
  });
  if (isRightBehind) return [{ ...kept, reason: { code: 'right_behind_cname', facts: { target } } }];
  if (rows.every(({ action }) => action === 'keep')) return [kept, ...rows];
  const gone: PlannedChange = { ...kept, action: 'replace', after: null };
  if (!hasForeign(planning, cname)) return [gone, ...rows];
  if (isUnanswered(planning)) {
    const reason: PlanReason = { code: 'cname_unanswered', facts: { target } };
    return [gone, ...rows].map(
      (row): PlannedChange => ({ ...row, action: 'conflict', after: row.before, reason, consent: null }),
    );
  }
  return agreeOnName(planning, { code: 'cname_in_the_way', facts: { target } }, [gone, ...rows]);
}

/** Whether nobody said what is behind the CNAME, and nothing that was seen explains it: what is wanted may be there. */
function isUnanswered(planning: Planning): boolean {
  return planning.wantedHere.some(({ record }) => {
    const result = lookUp(planning, record.type === 'MX' ? 'MX' : 'TXT');
    const answer = result && firstAnswer(result);
    return answer?.outcome === 'failed' && findCause(answer) === null;
  });
}

/** Plans a name at which a CNAME is wanted: nothing else can stand beside it. */
export function planAlias(planning: Planning): PlannedChange[] {
  const { name, wantedHere } = planning;
  const [wanted, other] = wantedHere;
  if (!wanted || other) throw new Error(`Nothing else can be wanted beside the CNAME at ${name}.`);
  const before = findSet(planning, 'CNAME');
  const after = buildSet(planning, 'CNAME', null, [formatWanted(wanted.record)]);
  const isThere = before !== null && after !== null && readTarget(before) === readTarget(after);
  const others = (['TXT', 'MX'] as const).flatMap((type) => findSet(planning, type) ?? []);
  const plain = { name, reason: null, consent: null };
  const action: PlanAction = isThere ? 'keep' : before ? 'replace' : 'create';
  const rows: PlannedChange[] = [
    ...others.map((set): PlannedChange => ({ ...plain, type: set.type, action: 'replace', before: set, after: null })),
    { ...plain, type: 'CNAME', action, before, after: isThere ? before : after },
  ];
  if (before && after && !isThere && hasForeign(planning, before)) {
    const facts = { target: readTarget(before), wanted: readTarget(after) };
    return agreeOnName(planning, { code: 'other_cname', facts }, rows);
  }
  const inTheWay = others.filter((set) => hasForeign(planning, set)).flatMap((set) => readSet(planning, set));
  if (inTheWay.length === 0) return rows;
  const found = excerptsOf(inTheWay.map(({ text }) => text));
  return agreeOnName(planning, { code: 'records_in_the_way', facts: { found } }, rows);
}

/** One consent for all that changes at a name: where a CNAME comes or goes, no half of it can be done. */
function agreeOnName(planning: Planning, reason: PlanReason, rows: readonly PlannedChange[]): PlannedChange[] {
  const here = planning.standing.filter(({ name }) => name === planning.name);
  const consent = `CNAME:${planning.name}:${digestOf(here.flatMap(({ type, rdata }) => rdata.map((each) => `${type} ${each}`)))}`;
  // What no consent helps with keeps the rest from being done, too.
  const stuck = rows.find((row) => row.action === 'conflict' && row.consent === null);
  return rows.map((row): PlannedChange => {
    if (row.action === 'keep') return row;
    if (stuck)
      return { ...row, action: 'conflict', after: row.before, reason: row.reason ?? stuck.reason, consent: null };
    return { ...row, action: 'conflict', reason: row.action === 'conflict' ? row.reason : reason, consent };
  });
}

function readTarget(cname: RrSet): string {
  return readStanding('CNAME', cname.rdata[0] ?? '');
}
