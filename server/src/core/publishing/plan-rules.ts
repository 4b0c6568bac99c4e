import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import { isDmarcRecord } from '../dmarc/record.ts';
import type { Judgement, Undecided } from '../judgement/judgement.ts';
import type { RecordKind } from '../records/record.ts';
import type { RecordToPublish } from '../records/to-publish.ts';
import { findOwnMechanism } from '../spf/check.ts';
import { addSpfMechanism, mergeSpfRecords } from '../spf/merge.ts';
import { isSpfRecord, isTooLongToRead } from '../spf/record.ts';
import type { PlanReason, SpfFault } from './plan-reason.ts';
import { formatMx, formatTarget, formatTxt } from './rdata.ts';
import { formatOctets, readStanding, type StandingRecord } from './standing.ts';

/** What the rules of the verifier say of records; pending where they ask for more first. */
export type Verdict = Judgement | Undecided | 'pending' | null;

/** One record that is wanted, what stands at its name and type, and how that is judged. */
export interface Proposing {
  readonly wanted: RecordToPublish;
  readonly standing: readonly StandingRecord[];
  /** What we wrote there and isn't there any more. */
  readonly lost: readonly string[];
  /** Judges records that might stand there as the verifier would. */
  judge(rdata: readonly string[]): Verdict;
}

/** What is to stand there. */
export interface Proposal {
  readonly rdata: readonly string[];
  /** Null where there is nothing to say. */
  readonly reason: PlanReason | null;
  /** What keeps it from being done: nothing, a consent that isn't given yet, or something that no consent helps against. */
  readonly needs: 'nothing' | 'consent' | 'somebody';
}

type ProposalRule = (input: Proposing) => Proposal;

/** Formats the data of a record that is wanted. */
export function formatWanted(wanted: RecordToPublish): string {
  if (wanted.type === 'MX') return formatMx(wanted.priority, wanted.value);
  return wanted.type === 'CNAME' ? formatTarget(wanted.value) : formatTxt(wanted.value);
}

/** Proposes what is to stand at a name and type where what stands there isn't right. */
export const PROPOSAL_RULES: Readonly<Record<RecordKind, ProposalRule>> = {
  // Other texts harm nobody there, and may prove the domain to another service that uses the same label: they stay.
  ownership: ({ wanted, standing, lost }) => {
    const foreign = listForeign(standing);
    const rdata = [...foreign.map((each) => each.rdata), formatWanted(wanted)];
    return foreign.length === 0 ? propose(rdata) : askAbout(rdata, sayForeignText('ownership', foreign, lost));
  },
  // RFC 6376 §3.6.2.2: one record for a selector, or receivers may take the other one.
  dkim: ({ wanted, standing, lost }) => {
    const foreign = listForeign(standing);
    const rdata = [formatWanted(wanted)];
    return foreign.length === 0 ? propose(rdata) : askAbout(rdata, sayForeignText('key', foreign, lost));
  },
  mail_from_mx: ({ wanted, standing }) => {
    const foreign = listForeign(standing);
    const rdata = formatWanted(wanted);
    if (foreign.length === 0) return propose([rdata]);
    const isOursThere = foreign.length < standing.length || foreign.some((each) => each.rdata === rdata);
    const found = excerptsOf(foreign.filter((each) => each.rdata !== rdata).map(({ text }) => text));
    return askAbout([rdata], { code: 'foreign_mx', facts: { found, isOursThere } });
  },
  mail_from_spf: proposeSpf,
  dmarc: ({ wanted, standing }) => {
    const foreign = listForeign(standing);
    const policies = foreign.filter(({ text }) => isDmarcRecord(text));
    const others = foreign.filter((each) => !policies.includes(each));
    const rdata = [...others.map((each) => each.rdata), formatWanted(wanted)];
    const [policy] = policies;
    if (policy === undefined) return propose(rdata, sayBeside(others));
    if (policies.length === 1)
      return askAbout(rdata, { code: 'dmarc_invalid', facts: { found: excerptOf(policy.text) } });
    // Which of them its owner meant, nobody else can know.
    const found = excerptsOf(policies.map(({ text }) => text));
    return { rdata: listRdata(standing), reason: { code: 'dmarc_several', facts: { found } }, needs: 'somebody' };
  },
};

/**
 * One SPF record, theirs with our mechanism in it (RFC 7208 §3.2: a name has one). Adding to it takes nothing away; where that
 * isn't enough, what is wrong has to go, and that is for its owner to say.
 */
function proposeSpf({ wanted, standing, judge }: Proposing): Proposal {
  const foreign = listForeign(standing);
  const records = foreign.filter(({ text }) => isSpfRecord(text));
  const others = foreign.filter((each) => !records.includes(each));
  const withRecord = (rdata: string) => [...listRdata(others), rdata];
  const own = findOwnMechanism(wanted.value);
  const [record] = records;
  if (record === undefined) return propose(withRecord(formatWanted(wanted)), sayBeside(others));

  const isRight = (text: string) => {
    const verdict = judge(withRecord(formatOctets(text)));
    return verdict === 'pending' || verdict?.status === 'verified';
  };
  const found = excerptOf(record.text);
  const added = addSpfMechanism(record.text, own);
  if (records.length === 1 && isRight(added))
    return propose(withRecord(formatOctets(added)), { code: 'spf_added', facts: { mechanism: own, found } });

  const texts = records.map(({ text }) => text);
  const merged = texts.some(isTooLongToRead) ? null : mergeSpfRecords(texts, own);
  const isMended = merged !== null && isRight(merged.record);
  const rdata = withRecord(isMended ? formatOctets(merged.record) : formatWanted(wanted));
  if (records.length > 1)
    return askAbout(rdata, { code: 'spf_several', facts: { found: excerptsOf(texts), isMerged: isMended } });
  const why = findSpfFault(judge(withRecord(formatOctets(added))));
  return askAbout(rdata, { code: 'spf_unusable', facts: { found, why, isMended } });
}

function findSpfFault(verdict: Verdict): SpfFault {
  if (verdict === null || verdict === 'pending' || verdict.status === 'undecided') return null;
  for (const { code, facts } of verdict.observations) {
    if (code === 'spf_too_many_lookups') return { code, facts };
    if (code === 'spf_syntax') return { code, facts };
    if (code === 'spf_allows_everyone') return { code, facts };
  }
  return null;
}

function sayForeignText(
  what: 'key' | 'ownership',
  foreign: readonly StandingRecord[],
  lost: readonly string[],
): PlanReason {
  const found = excerptsOf(foreign.map(({ text }) => text));
  if (lost.length === 0) return { code: 'foreign_text', facts: { what, found } };
  const was = excerptsOf(lost.map((rdata) => readStanding('TXT', rdata)));
  return { code: 'changed_since', facts: { what, found, was } };
}

function sayBeside(others: readonly StandingRecord[]): PlanReason | null {
  if (others.length === 0) return null;
  return { code: 'text_beside', facts: { found: excerptsOf(others.map(({ text }) => text)) } };
}

function listForeign(standing: readonly StandingRecord[]): StandingRecord[] {
  return standing.filter(({ isOurs }) => !isOurs);
}

function listRdata(records: readonly StandingRecord[]): string[] {
  return records.map(({ rdata }) => rdata);
}

function propose(rdata: readonly string[], reason: PlanReason | null = null): Proposal {
  return { rdata, reason, needs: 'nothing' };
}

function askAbout(rdata: readonly string[], reason: PlanReason): Proposal {
  return { rdata, reason, needs: 'consent' };
}
