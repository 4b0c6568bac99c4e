import { type LookupResult, questionKey } from '../../core/answers/dns-answer.ts';
import { checkDomain, type DomainJudgement, startCheckMemo } from '../../core/check/check.ts';
import { checkKeys, type KeyVerdict } from '../../core/dkim/key-check.ts';
import { advanceKeys, isInMotion, type KeyStep } from '../../core/dkim/key-stages.ts';
import type { DomainFindings, ExplainInput } from '../../core/findings/explain.ts';
import { explainDomain } from '../../core/findings/explain.ts';
import { type ExplainedKey, explainKeys, type JudgedKey } from '../../core/findings/explain-keys.ts';
import { findForeignKey } from '../../core/findings/other-values.ts';
import { findPlaces, type RecordPlaces } from '../../core/findings/place.ts';
import type { Step } from '../../core/judgement/judgement.ts';
import { FLAGS, mapFlags, mapKinds, RECORD_KINDS, RECORDS } from '../../core/records/record.ts';
import type { DnsRecords } from '../../core/records/records.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import type { Budget, Sharing } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
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
  /** The domain's keys, where any of them is in motion: they are looked for first, since signing may move to one. */
  readonly keys?: readonly DomainKey[];
  /** Whether what is seen of them moves them: else they are only looked for. */
  readonly movesKeys?: boolean;
  readonly keyRetiringMs?: number;
  /** Whose check it is, where what others were told a moment ago may serve it; and whether that does for a verdict that something is wrong. */
  readonly sharing?: { readonly owner: string; readonly isEnough: boolean };
}

/** What one check saw. */
export interface DomainCheck {
  readonly records: DnsRecords;
  readonly places: RecordPlaces;
  readonly lookups: ReadonlyMap<string, LookupResult>;
  readonly judgement: DomainJudgement;
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
  const isAllRight = Object.values(check.judgement).every(({ status }) => status === 'verified');
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
  const budget = ctx.dns.startBudget({
    sharing,
    signal: ctx.stopping,
    force: options.force ?? false,
    endsAtMs: options.endsAtMs ?? Number.POSITIVE_INFINITY,
  });
  const lookups = new Map<string, LookupResult>();
  const feed = <T>(rule: () => Step<T>, within: Budget) =>
    feedRule(ctx, { lookups, budget: within, startAt: stored.name }, rule);
  const keys = await checkMovingKeys(ctx, options, lookups, (rule) => feed(rule, budget));

  // The domain is judged by the key that it has after this check.
  const primary = findPrimaryKey(keys.step.keys);
  const domain = primary ? { ...stored, selector: primary.selector, publicKey: primary.publicKey } : stored;
  const records = buildRecordsOf(domain);
  const expected = {
    name: domain.name,
    records,
    isUp: mapFlags((flag) => domain.state.flags[flag].value),
  };
  const memo = startCheckMemo();
  const judgement = await feed(() => checkDomain(expected, lookups, memo), budget);

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
      }),
    explaining,
  );
  const judgedKeys = listJudgedKeys(keys);
  // A pending key may be looked for very often: wrong places only when somebody asked for this very check.
  const mayProbe = options.mayProbe && (options.force ?? false);
  const ofKeys = { domain: domain.name, places, lookups, now: ctx.clock.now(), mayProbe };
  const explainedKeys = await feed(() => explainKeys(judgedKeys, ofKeys), explaining);
  const used = {
    questions: budget.queriesUsed(),
    octets: budget.octetsUsed(),
    sharedAnswers: budget.sharedUsed(),
  };
  return { records, places, lookups, judgement, findings, keys, explainedKeys, ...used };
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
function listJudgedKeys({ step, verdicts }: KeyChecks): JudgedKey[] {
  return step.keys.filter(isInMotion).flatMap((key) => {
    const verdict = verdicts.get(key.id);
    return verdict ? [{ ...key, judgement: verdict.judgement, hadRecord: key.publishedAt !== null }] : [];
  });
}

async function checkMovingKeys(
  ctx: CheckContext,
  { keys: before = [], movesKeys = false, keyRetiringMs }: CheckOptions,
  lookups: ReadonlyMap<string, LookupResult>,
  feed: (rule: () => Step<readonly KeyVerdict[]>) => Promise<readonly KeyVerdict[]>,
): Promise<KeyChecks> {
  const wanted = before.filter(isInMotion);
  const seen = await feed(() => checkKeys(wanted, lookups));
  const verdicts = new Map(seen.map((verdict, index) => [wanted[index]?.id ?? '', verdict]));
  if (!movesKeys) return { before, verdicts, step: { keys: before, changes: [] } };
  const observations = new Map([...verdicts].map(([id, { observation }]) => [id, observation]));
  return { before, verdicts, step: advanceKeys(before, observations, ctx.clock.now(), keyRetiringMs) };
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
export function needsPrevious({ state }: StoredDomain, { judgement }: DomainCheck, now: Date): boolean {
  const isSettled = Object.values(state.flags).every(({ value }) => value);
  const since = state.verifyRequestedAt ?? state.progressAt;
  const isRecent = since !== null && now.getTime() - since.getTime() < REMEMBERED_MS;
  return !isSettled || isRecent || Object.values(judgement).some(({ status }) => status !== 'verified');
}
