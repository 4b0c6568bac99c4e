/*
 * The check at which all is as it was. Almost every check is one, and what comes of it is a function of what was seen: where that is
 * the same as at the check before, so is the verdict, and there is nothing to judge, to explain or to write but the times. So a check
 * that found all right leaves a fingerprint of what it saw in the domain's row; the next one asks its questions and compares, before
 * anything else is done (docs/decisions/0050-unchanged-checks.md).
 */

import { hash } from 'node:crypto';
import type { LookupResult, Lookups } from '../../core/answers/dns-answer.ts';
import { askOwnQuestions, listQuestions } from '../../core/check/check.ts';
import { describeCheck } from '../../core/check/describe-check.ts';
import type { Evidence } from '../../core/findings/evidence.ts';
import { type DomainState, isAllRight } from '../../core/lifecycle/status.ts';
import { mapFlags } from '../../core/records/record.ts';
import type { DnsRecords } from '../../core/records/records.ts';
import type { UnchangedCheck } from '../../db/queries/checks.ts';
import type { Budget } from '../../dns/budget.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
import type { ClaimedDomain } from '../node/claims.ts';
import { feedRule } from '../node/feed-rule.ts';
import type { DomainCheck } from './check-domain.ts';
import { planNextCheck } from './next-check.ts';

/**
 * Every so many checks all is judged anew, once a week by the usual schedule: what is shown of round trips is no older, and whatever a
 * fingerprint should overlook doesn't last.
 */
const JUDGED_ANEW_EVERY = 28;

/** A check whose own questions were asked: whoever goes on with it asks no question twice. */
export interface BegunCheck {
  readonly isSame: false;
  readonly budget: Budget;
  readonly lookups: Map<string, LookupResult>;
}

/** A check that saw what the one before saw: all that is kept of it while it waits to be stored. */
export interface SameCheck {
  readonly isSame: true;
  /** The digest of what was seen. */
  readonly seen: string;
  /** The zone that held all of the names; undefined where there was no single plain one. */
  readonly zone: string | undefined;
  readonly questions: number;
  readonly octets: number;
}

/** Takes the fingerprint of a check that was judged; null where the same answers might have another outcome the next time: something isn't right, or of its time. */
export async function fingerprintCheck(
  ctx: Pick<Context, 'rulesVersion'>,
  check: DomainCheck,
  {
    state,
    evidence,
    mayProbe,
  }: { readonly state: DomainState; readonly evidence: Evidence; readonly mayProbe: boolean },
  now: Date,
): Promise<string | null> {
  const { records, lookups, second, keys } = check;
  const isOfRecordsAlone = second === null && keys.before.length === 0;
  const isRight = isAllRight(state) && evidence.records.every(({ status }) => status === 'verified');
  const isTimeless = evidence.records.every(({ visibleToResolversBy }) => visibleToResolversBy === undefined);
  if (!isOfRecordsAlone || !isRight || !isTimeless) return null;
  const seen = await digestSeen(ctx, records, lookups, mayProbe);
  return seen === null ? null : writeFingerprint(seen, now, findOnlyZone(lookups));
}

/** Takes the digest of what a check saw, and of what it was judged by; null where its outcome depends on more. */
async function digestSeen(
  ctx: Pick<Context, 'rulesVersion'>,
  records: DnsRecords,
  lookups: Lookups,
  mayProbe: boolean,
): Promise<string | null> {
  const text = describeCheck(records, lookups, mayProbe);
  return text === null ? null : hash('sha256', `${await ctx.rulesVersion()} ${text}`, 'base64url');
}

/** It is of that check only: once another one was stored, also by an older version of this program, it is worth nothing. */
function takeFingerprint(seen: string, checkedAt: Date): string {
  return hash('sha256', `${checkedAt.getTime()} ${seen}`, 'base64url');
}

/** The zone follows it after a space: the next check starts there, and needs no resolver to find it. */
function writeFingerprint(seen: string, checkedAt: Date, zone: string | undefined): string {
  const fingerprint = takeFingerprint(seen, checkedAt);
  return zone === undefined ? fingerprint : `${fingerprint} ${zone}`;
}

/** The zone that holds the names of all records; undefined where there are several, or where finding it took more than its name. */
function findOnlyZone(lookups: Lookups): string | undefined {
  const [first, ...others] = [...lookups.values()].map(({ zone }) => zone);
  const isOnly = first && others.every((zone) => zone?.name === first.name);
  const isPlain = first?.dnssec !== 'signed' && first?.oddity === undefined && first?.delegatedTo === undefined;
  return isOnly && isPlain && first.name !== '' ? first.name : undefined;
}

/** Asks what every check asks, where that may turn out to be all; null where the check has to be judged in any case. */
export async function beginCheck(
  ctx: Pick<Context, 'dns' | 'stopping' | 'meters' | 'rulesVersion'>,
  { domain, claim, reason }: Pick<ClaimedDomain, 'domain' | 'claim' | 'reason'>,
  mayProbe: boolean,
): Promise<SameCheck | BegunCheck | null> {
  const { fingerprint, state, attempts, hasKeysInMotion, recordSettings, lastCheckedAt } = domain;
  const hasOtherKeys = hasKeysInMotion || recordSettings.keysBelow !== undefined;
  if (reason !== 'due' || fingerprint === null || hasOtherKeys || !isAllRight(state)) return null;
  if (attempts % JUDGED_ANEW_EVERY === 0) return null;
  const [last, lastZone] = fingerprint.split(' ');
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, endsAtMs: claim.endsAtMs });
  const lookups = new Map<string, LookupResult>();
  const records = buildRecordsOf(domain);
  const questions = listQuestions(
    records,
    mapFlags(() => true),
  );
  await feedRule(ctx, { lookups, budget, startAt: domain.name, lastZone }, () => askOwnQuestions(questions, lookups));
  const seen = await digestSeen(ctx, records, lookups, mayProbe);
  if (seen === null || takeFingerprint(seen, lastCheckedAt) !== last) return { isSame: false, budget, lookups };
  const zone = findOnlyZone(lookups);
  return { isSame: true, seen, zone, questions: budget.queriesUsed(), octets: budget.octetsUsed() };
}

/** What a check that saw nothing new leaves behind: the times. */
export function concludeUnchanged(
  ctx: Pick<Context, 'timing' | 'random'>,
  { domain, reason }: Pick<ClaimedDomain, 'domain' | 'reason'>,
  { seen, zone, octets }: Pick<SameCheck, 'seen' | 'zone' | 'octets'>,
  now: Date,
): UnchangedCheck {
  const next = planNextCheck(ctx, { domain, reason, state: domain.state, statuses: ['verified'], octets }, now);
  return { ...next, lastCheckedAt: now, fingerprint: writeFingerprint(seen, now, zone) };
}
