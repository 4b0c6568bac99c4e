/*
 * DMARC: `record.ts` parses a policy, `tree-walk.ts` finds the one that applies at a parent (RFC 9989), and
 * `checkDmarc` judges the result. The walk asks for one name after another, so the check returns either a verdict
 * or the next names to ask. Where reports go to another organization is a finding, in `findings/reports.ts`.
 */

import type { Lookups } from '../answers/dns-answer.ts';
import { listUnprintable } from '../answers/odd-characters.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import { isSameText } from '../answers/same-text.ts';
import type { Judgement, Step, Undecided } from '../judgement/judgement.ts';
import type { Observation, ObservationOf } from '../judgement/observation.ts';
import { type DmarcRecord, isDmarcRecord, isMeantAsDmarcRecord, parseDmarcRecord } from './record.ts';
import { type DiscoveredPolicy, discoverPolicy } from './tree-walk.ts';

/** What `checkDmarc` judges. */
export interface DmarcCheckInput {
  /** The sending domain, lower case, without final dot. */
  readonly domain: string;
  /** The TXT records at `_dmarc.<domain>` as one server serves them, joined, as latin1; null where it did not answer. */
  readonly txt: readonly string[] | null;
  /** The look-ups made so far. */
  readonly lookups: Lookups;
  /** The record that we ask for: what it leaves out is our choice, and nothing to remark. */
  readonly offered: string;
}

/**
 * Judges whether a valid DMARC policy applies to a domain (RFC 9989 §4.10.1, sans-I/O): the one at its own `_dmarc` name,
 * whatever it asks for, or else the one that the tree walk finds at a parent. What a receiver applies is what counts: several
 * own records, or one that does not begin as it must, are as good as none.
 * @returns the names to ask next, or the judgement; null where the server did not answer, and undecided where a name that
 * could decide could not be asked: like a failed answer, neither may change anything
 */
export function checkDmarc(input: DmarcCheckInput): Step<Judgement | Undecided | null> {
  const { domain, txt, lookups, offered } = input;
  if (txt === null) return { done: true, value: null };
  const records = txt.filter(isDmarcRecord);
  const [record, second] = records;
  if (record !== undefined && second === undefined) return finish(judgeOwn(record, offered));
  const step = discoverPolicy(domain, lookups);
  return step.done ? { done: true, value: judgeDiscovered(step.value, observeDiscarded(txt, records)) } : step;
}

function judgeOwn(text: string, offered: string): Judgement {
  const found = excerptOf(text);
  const parsed = parseDmarcRecord(text);
  if (!parsed.ok)
    return {
      status: 'mismatched',
      observations: [{ code: 'dmarc_invalid', facts: { problem: parsed.problem, found } }],
    };
  const { fault, ignored, aggregateReportUris } = parsed.record;
  const observations: Observation[] = [];
  if (fault !== null) observations.push({ code: 'dmarc_invalid', facts: { problem: fault, isNone: true, found } });
  else if (ignored !== null)
    observations.push({ code: 'dmarc_invalid', facts: { problem: ignored.problem, ignored: ignored.tags, found } });
  const isAlone = aggregateReportUris.length === 0;
  const wrong = describeWrongUri(parsed.record);
  if (wrong !== null) observations.push({ code: 'dmarc_report_address_invalid', facts: { ...wrong, isAlone } });
  else if (isAlone && !ignored?.tags.includes('rua') && !isSameText(text, offered))
    observations.push({ code: 'dmarc_no_reporting', facts: { found } });
  return { status: 'verified', observations };
}

/** The first address that gets no reports, and why. */
function describeWrongUri({ brokenReportUris: [broken], partedReportUris: [parted] }: DmarcRecord) {
  if (broken !== undefined) return describeUri(broken);
  return parted === undefined ? null : ({ why: 'semicolon', found: excerptOf(parted) } as const);
}

function describeUri(uri: string) {
  const found = excerptOf(uri);
  const characters = listUnprintable(uri);
  if (characters.length > 0) return { why: 'characters', characters, found } as const;
  if (/\s/.test(uri)) return { why: 'space', found } as const;
  if (/^["']|["']$/.test(uri)) return { why: 'quoted', found } as const;
  return { why: /^[^:@]+@[^:@]+$/.test(uri) ? 'no_mailto' : 'other', found } as const;
}

/** Records at the own name that receivers discard: several, or one that does not begin as it must (RFC 9989 §4.10 step 2). */
function observeDiscarded(txt: readonly string[], records: readonly string[]): Discarded | null {
  if (records.length > 1) return { code: 'dmarc_multiple', facts: { found: excerptsOf(records) } };
  const meant = txt.find(isMeantAsDmarcRecord);
  const parsed = meant === undefined ? null : parseDmarcRecord(meant);
  if (meant === undefined || !parsed || parsed.ok) return null;
  return { code: 'dmarc_invalid', facts: { problem: parsed.problem, found: excerptOf(meant) } };
}

type Discarded = ObservationOf<'dmarc_multiple' | 'dmarc_invalid'>;

function judgeDiscovered(
  { applied, multipleAt, unanswered }: DiscoveredPolicy,
  discarded: Discarded | null,
): Judgement | Undecided {
  // A name that could not be asked may hide a policy, and never takes away the one that was found.
  if (applied?.parsed.ok) return { status: 'verified', observations: observeApplied(applied, discarded) };
  if (unanswered.length > 0) return { status: 'undecided', names: unanswered };
  if (discarded !== null)
    return { status: discarded.code === 'dmarc_multiple' ? 'conflicting' : 'mismatched', observations: [discarded] };
  const observations: Observation[] = [{ code: 'record_missing', facts: {} }];
  if (applied?.parsed.ok === false) {
    const { problem } = applied.parsed;
    const facts = { parent: applied.name, problem, found: excerptOf(applied.text) };
    observations.push({ code: 'dmarc_invalid', facts });
  }
  for (const parent of multipleAt) observations.push({ code: 'dmarc_multiple', facts: { parent } });
  return { status: 'missing', observations };
}

function observeApplied({ name, text, parsed }: NonNullable<DiscoveredPolicy['applied']>, discarded: Discarded | null) {
  const found = excerptOf(text);
  const fault = parsed.ok ? parsed.record.fault : null;
  const observations: Observation[] = [];
  if (discarded?.code === 'dmarc_multiple')
    observations.push({ code: 'dmarc_multiple', facts: { ...discarded.facts, applied: name } });
  if (discarded?.code === 'dmarc_invalid')
    observations.push({ code: 'dmarc_invalid', facts: { ...discarded.facts, applied: name } });
  observations.push({ code: 'dmarc_at_parent', facts: { parent: name, found } });
  if (fault !== null)
    observations.push({ code: 'dmarc_invalid', facts: { parent: name, problem: fault, isNone: true, found } });
  return observations;
}

function finish(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
