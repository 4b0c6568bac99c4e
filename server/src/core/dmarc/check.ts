import type { Lookups } from '../answers/dns-answer.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import { isSameText } from '../answers/same-text.ts';
import type { Judgement, Step, Undecided } from '../judgement/judgement.ts';
import type { Observation } from '../judgement/observation.ts';
import { isDmarcRecord, isMeantAsDmarcRecord, parseDmarcRecord } from './record.ts';
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
 * whatever it asks for, or else the one that the tree walk finds at a parent.
 * @returns the names to ask next, or the judgement; null where the server did not answer, and undecided where a name that
 * could decide could not be asked: like a failed answer, neither may change anything
 */
export function checkDmarc(input: DmarcCheckInput): Step<Judgement | Undecided | null> {
  const { domain, txt, lookups, offered } = input;
  if (txt === null) return { done: true, value: null };
  const records = txt.filter(isDmarcRecord);
  const [record] = records;
  if (records.length > 1)
    return finish({
      status: 'conflicting',
      observations: [{ code: 'dmarc_multiple', facts: { found: excerptsOf(records) } }],
    });
  const own = record ?? txt.find(isMeantAsDmarcRecord);
  if (own !== undefined) {
    const found = excerptOf(own);
    const parsed = parseDmarcRecord(own);
    if (!parsed.ok) {
      const { problem } = parsed;
      return finish({
        status: 'mismatched',
        observations: [{ code: 'dmarc_invalid', facts: { problem, found } }],
      });
    }
    const isSilent = parsed.record.aggregateReportUris.length === 0 && !isSameText(own, offered);
    const observations: Observation[] = isSilent ? [{ code: 'dmarc_no_reporting', facts: { found } }] : [];
    return finish({ status: 'verified', observations });
  }
  const step = discoverPolicy(domain, lookups);
  return step.done ? { done: true, value: judgeDiscovered(step.value) } : step;
}

function judgeDiscovered({ applied, multipleAt, unanswered }: DiscoveredPolicy): Judgement | Undecided {
  // A name that could not be asked may hide a policy, and never takes away the one that was found.
  if (applied?.parsed.ok) {
    const facts = { parent: applied.name, found: excerptOf(applied.text) };
    return { status: 'verified', observations: [{ code: 'dmarc_at_parent', facts }] };
  }
  if (unanswered.length > 0) return { status: 'undecided', names: unanswered };
  const observations: Observation[] = [{ code: 'record_missing', facts: {} }];
  if (applied?.parsed.ok === false) {
    const { problem } = applied.parsed;
    const facts = { parent: applied.name, problem, found: excerptOf(applied.text) };
    observations.push({ code: 'dmarc_invalid', facts });
  }
  for (const parent of multipleAt) observations.push({ code: 'dmarc_multiple', facts: { parent } });
  return { status: 'missing', observations };
}

function finish(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
