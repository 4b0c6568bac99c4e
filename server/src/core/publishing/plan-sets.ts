import { type Answer, firstAnswer, joinTxt, questionKey, recordsOfType } from '../answers/dns-answer.ts';
import { isDmarcRecord } from '../dmarc/record.ts';
import type { PlanReason } from './plan-reason.ts';
import { PROPOSAL_RULES, type Proposal, type Verdict } from './plan-rules.ts';
import type { PlanAction, PlannedChange, WantedRecord } from './planned-change.ts';
import {
  buildSet,
  findPublication,
  findSet,
  hasForeign,
  judgeAnswer,
  lookUp,
  type Planning,
  readSet,
} from './planning.ts';
import { listOurs } from './publication.ts';
import { hasSameRecords, type RrSet } from './rr-set.ts';
import { answerWith, digestOf, readStanding, type StandingRecord } from './standing.ts';

/** Plans each type of record that is wanted at a name, as if there were no CNAME. */
export function planSets(planning: Planning): PlannedChange[] {
  const types = [...new Set(planning.wantedHere.map(({ record }) => record.type))];
  const changes: PlannedChange[] = [];
  let then = planning;
  for (const type of types) {
    const change = planSet(then, type);
    changes.push(change);
    then = foresee(then, change);
  }
  return changes;
}

function planSet(planning: Planning, type: RrSet['type']): PlannedChange {
  const before = findSet(planning, type);
  // Records that share a set are taken one after the other: what is to stand there for one stands there for the next.
  const proposals: Proposal[] = [];
  let standing = readSet(planning, before);
  for (const wanted of planning.wantedHere.filter(({ record }) => record.type === type)) {
    const proposal = proposeRecord(planning, wanted, standing);
    proposals.push(proposal);
    standing = proposal.rdata.map((rdata) => ({ rdata, text: readStanding(type, rdata), isOurs: false }));
  }
  return buildChange(planning, type, before, proposals);
}

/**
 * Has what is written without asking be in DNS for the records that are planned after it: `mx` in an SPF record finds nothing before
 * our MX record is there, and such look-ups are limited (RFC 7208 §4.6.4).
 */
function foresee(planning: Planning, { name, type, action, after }: PlannedChange): Planning {
  const key = questionKey({ name, type });
  const result = planning.lookups.get(key);
  if (!result || !after || action === 'conflict' || action === 'keep') return planning;
  const lookups = new Map(planning.lookups).set(key, { ...result, answers: [answerWith(type, after.rdata)] });
  return { ...planning, lookups };
}

function proposeRecord(planning: Planning, wanted: WantedRecord, standing: readonly StandingRecord[]): Proposal {
  const { kind, record } = wanted;
  const judge = (rdata: readonly string[]) => judgeAnswer(planning, wanted, answerWith(record.type, rdata));
  const rdata = standing.map((each) => each.rdata);
  const keep = (reason: PlanReason | null): Proposal => ({ rdata, reason, needs: 'nothing' });
  const verdict = judge(rdata);
  if (verdict === 'pending') return keep(null);
  if (verdict?.status === 'verified') return keep(kind === 'dmarc' ? findPolicy(planning, verdict, standing) : null);
  if (kind === 'dmarc') {
    if (hasWildcardPolicy(planning, wanted, standing))
      return keep({ code: 'dmarc_applies', facts: { at: planning.name, isWildcard: true } });
    const names = listUnanswered(planning, verdict, standing);
    if (names.length > 0) return { rdata, reason: { code: 'dmarc_unanswered', facts: { names } }, needs: 'somebody' };
  }
  const foreign = standing.filter(({ isOurs }) => !isOurs).map((each) => each.rdata);
  if (foreign.length > 0 && foreign.length < standing.length) {
    // Somebody has published it as well: then ours is the one too many.
    const alone = judge(foreign);
    if (alone === 'pending' || alone?.status === 'verified') return { rdata: foreign, reason: null, needs: 'nothing' };
  }
  const lost = listOurs(findPublication(planning, record.type)).filter(
    (ours) => !standing.some(({ text }) => text === readStanding(record.type, ours)),
  );
  return PROPOSAL_RULES[kind]({ wanted: record, standing, lost, judge });
}

/** Says which policy applies, unless it is ours. */
function findPolicy(planning: Planning, verdict: Verdict, standing: readonly StandingRecord[]): PlanReason | null {
  if (verdict === 'pending' || verdict === null || verdict.status === 'undecided') return null;
  for (const { code, facts } of verdict.observations)
    if (code === 'dmarc_at_parent') return { code: 'dmarc_applies', facts: { at: facts.parent, isWildcard: false } };
  const isForeign = standing.some(({ text, isOurs }) => isDmarcRecord(text) && !isOurs);
  return isForeign ? { code: 'dmarc_applies', facts: { at: planning.name, isWildcard: false } } : null;
}

/** The names at which there may be a policy, and nobody answered: those above, or the name itself, at which a wildcard may give one. */
function listUnanswered(planning: Planning, verdict: Verdict, standing: readonly StandingRecord[]): readonly string[] {
  if (verdict !== null && verdict !== 'pending' && verdict.status === 'undecided') return verdict.names;
  const result = standing.length > 0 ? undefined : lookUp(planning, 'TXT');
  return result && firstAnswer(result).outcome === 'failed' ? [planning.name] : [];
}

/** A wildcard may answer where no record stands; one of ours there would hide the policy that it gives (RFC 4592 §2.2.1). */
function hasWildcardPolicy(planning: Planning, wanted: WantedRecord, standing: readonly StandingRecord[]): boolean {
  if (standing.length > 0) return false;
  const result = lookUp(planning, 'TXT');
  const answer: Answer | undefined = result && firstAnswer(result);
  const texts = (answer && recordsOfType(answer, 'TXT'))?.map(joinTxt) ?? [];
  // Ours, that was there a moment ago, may be written again.
  if (!answer || !texts.some(isDmarcRecord) || texts.includes(wanted.record.value)) return false;
  const verdict = judgeAnswer(planning, wanted, answer);
  return verdict !== null && verdict !== 'pending' && verdict.status === 'verified';
}

function buildChange(
  planning: Planning,
  type: RrSet['type'],
  before: RrSet | null,
  proposals: readonly Proposal[],
): PlannedChange {
  const { name } = planning;
  const after = buildSet(planning, type, before, proposals.at(-1)?.rdata ?? []);
  const told = proposals.find(({ needs }) => needs !== 'nothing') ?? proposals.find(({ reason }) => reason !== null);
  const reason = told?.reason ?? null;
  const stuck = { name, type, action: 'conflict', before, after: before, consent: null } as const;
  if (proposals.some(({ needs }) => needs === 'somebody')) return { ...stuck, reason };
  if (hasSameRecords(before, after))
    return { name, type, action: 'keep', before, after: before, reason, consent: null };
  const tooLong = findTooLong(planning, before, after);
  if (tooLong) return { ...stuck, reason: tooLong };
  if (proposals.some(({ needs }) => needs === 'consent')) {
    const consent = `${type}:${name}:${digestOf(before?.rdata ?? [])}`;
    return { name, type, action: 'conflict', before, after, reason, consent };
  }
  const action: PlanAction = before === null ? 'create' : hasForeign(planning, before) ? 'merge' : 'replace';
  return { name, type, action, before, after, reason, consent: null };
}

function findTooLong({ limits }: Planning, before: RrSet | null, after: RrSet | null): PlanReason | null {
  const limit = limits.maxTxtOctets;
  if (limit === undefined || after?.type !== 'TXT') return null;
  const added = after.rdata.filter((rdata) => !before?.rdata.includes(rdata));
  const length = Math.max(0, ...added.map((rdata) => readStanding('TXT', rdata).length));
  return length > limit ? { code: 'text_too_long', facts: { length, limit } } : null;
}
