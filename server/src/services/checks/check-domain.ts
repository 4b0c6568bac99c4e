import { type LookupResult, questionKey } from '../../core/answers/dns-answer.ts';
import { checkDomain, type DomainJudgement, startCheckMemo } from '../../core/check/check.ts';
import { checkKeys, type KeyVerdict } from '../../core/dkim/key-check.ts';
import { advanceKeys, isInMotion, type KeyStep } from '../../core/dkim/key-stages.ts';
import { findSettlingMs } from '../../core/dkim/key-target.ts';
import { buildSlot, buildSlotQuestion, checkSecondSlot } from '../../core/dkim/slot-check.ts';
import type { DomainFindings, ExplainInput } from '../../core/findings/explain.ts';
import { explainDomain } from '../../core/findings/explain.ts';
import { type ExplainedKey, explainKeys, type JudgedKey } from '../../core/findings/explain-keys.ts';
import { findForeignKey } from '../../core/findings/other-values.ts';
import { findPlaces, type RecordPlaces } from '../../core/findings/place.ts';
import type { RecordJudgement, Step } from '../../core/judgement/judgement.ts';
import { buildKeyRecord } from '../../core/records/dkim-key.ts';
import { listSlotSelectors } from '../../core/records/key-slots.ts';
import { FLAGS, mapFlags, mapKinds, RECORD_KINDS, RECORDS } from '../../core/records/record.ts';
import type { DnsRecords } from '../../core/records/records.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Budget, Sharing } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf, buildSecondRecordOf } from '../domain-object/domain-records.ts';
import { type DomainKey, findPrimaryKey } from '../keys/domain-keys.ts';
import { feedRule } from '../node/feed-rule.ts';

/** What explains must not hold up the verdict: somebody waits for it. */
const EXPLAIN_MS = 1_500;

/** Who checks, and why. */
export interface CheckOptions {
  /** Whether likely wrong places may be asked for what is missing. */
  readonly mayProbe: boolean;
  /** Whether servers that have just been silent are asked all the same, since a person waits. */
  readonly force?: boolean;
  /** When a claim ends, on the scale of `Clock.monotonicMs`: nothing is asked afterwards. */
  readonly endsAtMs?: number;
  /** Finds the domain of the same project whose DKIM key this is, given in base64. */
  readonly findKeyOwner?: (publicKey: string) => Promise<string | null>;
  /** The domain's keys, where any of them is in motion or they are found by CNAMEs: they are looked for first, since signing may move to one. */
  readonly keys?: readonly DomainKey[];
  /** Whether what is seen of them moves them: else they are only looked for. */
  readonly movesKeys?: boolean;
  readonly keyRetiringMs?: number;
  /** Of a domain whose keys are found by CNAMEs: the ids of those that every server of the keys zone has. */
  readonly settledKeys?: ReadonlySet<string>;
  /** Whose check it is, where what others were told a moment ago may serve it; and whether that does for a verdict that something is wrong. */
  readonly sharing?: { readonly owner: string; readonly isEnough: boolean };
  /** What has been asked already, and within what. */
  readonly begun?: { readonly budget: Budget; readonly lookups: Map<string, LookupResult> };
}

/** What one check saw. */
export interface DomainCheck {
  readonly records: DnsRecords;
  readonly places: RecordPlaces;
  readonly lookups: ReadonlyMap<string, LookupResult>;
  readonly judgement: DomainJudgement;
  /** The verdict on the other DKIM record of a domain with two CNAMEs; null where there is none. */
  readonly second: RecordJudgement | null;
  readonly findings: DomainFindings;
  readonly keys: KeyChecks;
  readonly explainedKeys: readonly ExplainedKey[];
  /** How many questions went out. */
  readonly questions: number;
  /** How many octets of answers came. */
  readonly octets: number;
}

/** What a check saw of a domain's further keys, and what becomes of them. */
export interface KeyChecks {
  /** All keys as they were; empty where none is in motion. */
  readonly before: readonly DomainKey[];
  /** By key id. */
  readonly verdicts: ReadonlyMap<string, KeyVerdict>;
  /** How long those that are found by CNAMEs wait once they are published, by key id. */
  readonly settlesMs: ReadonlyMap<string, number>;
  readonly step: KeyStep<DomainKey>;
}

type CheckContext = Pick<Context, 'dns' | 'stopping' | 'clock' | 'meters'>;

/**
 * Checks a domain once and stores nothing: the verdict first, then what explains it. Where answers are shared that others were
 * given a moment ago, and by them something is missing, it is checked anew: it may have been published since.
 */
export async function performCheck(
  ctx: CheckContext,
  stored: StoredDomain,
  options: CheckOptions = { mayProbe: false },
): Promise<DomainCheck> {
  const { sharing } = options;
  const { sharedAnswers, ...check } = await checkOnce(ctx, stored, options, sharing && { ...sharing, takes: true });
  const isAllRight = listJudgements(check).every(({ status }) => status === 'verified');
  if (!sharing || sharing.isEnough || sharedAnswers === 0 || isAllRight) return check;
  const { sharedAnswers: _, ...anew } = await checkOnce(ctx, stored, options, { ...sharing, takes: false });
  return { ...anew, questions: check.questions + anew.questions, octets: check.octets + anew.octets };
}

async function checkOnce(
  ctx: CheckContext,
  stored: StoredDomain,
  options: CheckOptions,
  sharing: Sharing | undefined,
): Promise<DomainCheck & { readonly sharedAnswers: number }> {
  const { budget, lookups } = options.begun ?? {
    budget: ctx.dns.startBudget({
      sharing,
      signal: ctx.stopping,
      force: options.force ?? false,
      endsAtMs: options.endsAtMs ?? Number.POSITIVE_INFINITY,
    }),
    lookups: new Map<string, LookupResult>(),
  };
  const feed = <T>(rule: () => Step<T>, within: Budget) =>
    feedRule(ctx, { lookups, budget: within, startAt: stored.name }, rule);
  const keys = await checkMovingKeys(ctx, options, lookups, (rule) => feed(rule, budget));

  // The domain is judged by the key that it has after this check.
  const primary = findPrimaryKey(keys.step.keys);
  const domain = primary ? { ...stored, selector: primary.selector, publicKey: primary.publicKey } : stored;
  const records = buildRecordsOf(domain);
  const cnames = findCnames(domain, keys.step.keys);
  const expected = {
    name: domain.name,
    records,
    isUp: mapFlags((flag) => domain.state.flags[flag].value),
    slot: cnames?.firstSlot,
  };
  const memo = startCheckMemo();
  const judgement = await feed(() => checkDomain(expected, lookups, memo), budget);
  const second = cnames && (await feed(() => checkSecondSlot(cnames.question, cnames.secondSlot, lookups), budget));

  const places = findPlaces(domain.name, records, lookups);
  const isBeforeVerify = domain.state.verifyRequestedAt === null && !isBeingPublished(judgement);
  const keyOwner = await findKeyOwner(options, records, places, judgement, lookups);
  const explaining = budget.branch(Math.max(0, budget.remainingMs() - EXPLAIN_MS));
  const findings = await feed(
    () =>
      explainDomain({
        domain: domain.name,
        records,
        places,
        judgement,
        lookups,
        now: ctx.clock.now(),
        mayProbe: options.mayProbe,
        isBeforeVerify,
        wasFound: listFound(domain),
        keyOwner: keyOwner === domain.name ? null : keyOwner,
        otherCname: cnames && second ? { name: cnames.record.name, isRight: second.status === 'verified' } : undefined,
      }),
    explaining,
  );
  const judgedKeys =
    cnames && second
      ? [{ ...cnames, judgement: second, hadRecord: domain.state.flags.dkim.value }]
      : listJudgedKeys(keys, domain.name);
  // A pending key may be looked for very often: wrong places only when somebody asked for this very check.
  const mayProbe = options.mayProbe && (cnames !== null || (options.force ?? false));
  const ofKeys = {
    domain: domain.name,
    places,
    lookups,
    now: ctx.clock.now(),
    mayProbe,
    ...(cnames && {
      isBeforeVerify,
      otherCname: { name: records.dkim.name, isRight: judgement.dkim.status === 'verified' },
    }),
  };
  const explainedKeys = await feed(() => explainKeys(judgedKeys, ofKeys), explaining);
  const used = {
    questions: budget.queriesUsed(),
    octets: budget.octetsUsed(),
    sharedAnswers: budget.sharedUsed(),
  };
  return { records, places, lookups, judgement, second, findings, keys, explainedKeys, ...used };
}

/** The verdicts on all records of a domain. */
export function listJudgements({ judgement, second }: Pick<DomainCheck, 'judgement' | 'second'>): RecordJudgement[] {
  return [...Object.values(judgement), ...(second ? [second] : [])];
}

/** What is to be found by the two CNAMEs of a domain; null where it has none. */
function findCnames(domain: StoredDomain, keys: readonly DomainKey[]) {
  const record = buildSecondRecordOf(domain);
  const { keysBelow } = domain.recordSettings;
  if (record === null || keysBelow === undefined) return null;
  const [first, selector] = listSlotSelectors(domain.selector);
  // Where no key moves, only the one that signs is known.
  const known = keys.length > 0 ? keys : [{ ...domain, stage: 'active' as const, revokedAt: null }];
  return {
    record,
    selector,
    firstSlot: buildSlot(first, keysBelow, known),
    secondSlot: buildSlot(selector, keysBelow, known),
    question: buildSlotQuestion(record.name, domain.state.flags.dkim.value),
  };
}

/** Whether somebody has begun to publish what was asked for: a record is there that can only be ours. */
function isBeingPublished(judgement: DomainJudgement): boolean {
  return RECORD_KINDS.some((kind) => RECORDS[kind].isOursAlone && judgement[kind].status === 'verified');
}

/** Which of the records were found at some time: those that count now, and those that made the domain verified. */
function listFound({ state, verifiedAt }: StoredDomain): ExplainInput['wasFound'] {
  return mapKinds((kind) => {
    const { flag } = RECORDS[kind];
    return state.flags[flag].value || (FLAGS[flag].isRequired && verifiedAt !== null);
  });
}

/** The keys that were looked for and are none of the domain's own records. */
function listJudgedKeys({ step, verdicts }: KeyChecks, domainName: string): JudgedKey[] {
  return step.keys.filter(isInMotion).flatMap((key) => {
    const verdict = verdicts.get(key.id);
    const { selector, publishedAt } = key;
    const record = buildKeyRecord({ ...key, domainName });
    return verdict ? [{ selector, record, judgement: verdict.judgement, hadRecord: publishedAt !== null }] : [];
  });
}

async function checkMovingKeys(
  ctx: CheckContext,
  { keys: before = [], movesKeys = false, keyRetiringMs, settledKeys }: CheckOptions,
  lookups: ReadonlyMap<string, LookupResult>,
  feed: (rule: () => Step<readonly KeyVerdict[]>) => Promise<readonly KeyVerdict[]>,
): Promise<KeyChecks> {
  const wanted = before.filter(isInMotion);
  const seen = await feed(() => checkKeys(wanted, lookups));
  const verdicts = new Map(seen.map((verdict, index) => [wanted[index]?.id ?? '', verdict]));
  if (!movesKeys) return { before, verdicts, settlesMs: new Map(), step: { keys: before, changes: [] } };
  const observations = new Map([...verdicts].map(([id, { observation }]) => [id, observation]));
  const waits = [...verdicts].map(([id, { ttlSeconds }]) => [id, findSettlingMs(ttlSeconds)] as const);
  const settling = settledKeys ? { keyIds: settledKeys, waitMs: new Map(waits) } : null;
  return {
    before,
    verdicts,
    settlesMs: settling?.waitMs ?? new Map(),
    step: advanceKeys(before, observations, ctx.clock.now(), keyRetiringMs, settling),
  };
}

async function findKeyOwner(
  options: CheckOptions,
  records: DnsRecords,
  places: RecordPlaces,
  judgement: DomainJudgement,
  lookups: ReadonlyMap<string, LookupResult>,
): Promise<string | null> {
  const result = lookups.get(questionKey({ name: records.dkim.name, type: 'TXT' }));
  const key = result ? findForeignKey({ place: places.dkim, judgement: judgement.dkim, result }) : null;
  return key === null || !options.findKeyOwner ? null : options.findKeyOwner(key);
}

/** Longer than any resolver remembers that a record was not there. */
const REMEMBERED_MS = 86_400_000;

/**
 * Whether what the check before saw matters: for a record that has just appeared or appeared not long ago, and one that
 * nobody answered for. The steady state does without it.
 */
export function needsPrevious({ state }: StoredDomain, check: DomainCheck, now: Date): boolean {
  const isSettled = Object.values(state.flags).every(({ value }) => value);
  const since = state.verifyRequestedAt ?? state.progressAt;
  const isRecent = since !== null && now.getTime() - since.getTime() < REMEMBERED_MS;
  return !isSettled || isRecent || listJudgements(check).some(({ status }) => status !== 'verified');
}
