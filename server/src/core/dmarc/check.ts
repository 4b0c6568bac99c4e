import type { Lookups } from '../answers/dns-answer.ts';
import { quoteAllFound, quoteFound } from '../answers/quote-found.ts';
import { isSameText } from '../answers/same-text.ts';
import type { Judgement, Observation, Step } from '../judgement/judgement.ts';
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
 * @returns the names to ask next, or the judgement; null where the answer that decides is outstanding, because a name
 * could not be asked: like a failed answer, it must not change anything
 */
export function checkDmarc(input: DmarcCheckInput): Step<Judgement | null> {
  const { domain, txt, lookups, offered } = input;
  if (txt === null) return { done: true, value: null };
  const records = txt.filter(isDmarcRecord);
  const [record] = records;
  if (records.length > 1)
    return finish({
      status: 'conflicting',
      observations: [
        {
          code: 'dmarc_multiple',
          text: `There are ${records.length} DMARC records where only one may be, so receivers use none of them (RFC 9989 §4.10): ${quoteAllFound(records)}.`,
        },
      ],
    });
  const own = record ?? txt.find(isMeantAsDmarcRecord);
  if (own !== undefined) {
    const parsed = parseDmarcRecord(own);
    if (parsed.ok) {
      const isSilent = parsed.record.aggregateReportUris.length === 0 && !isSameText(own, offered);
      return finish({ status: 'verified', observations: isSilent ? [describeNoReporting(own)] : [] });
    }
    return finish({ status: 'mismatched', observations: [describeInvalid('The DMARC record', own, parsed.problem)] });
  }
  const step = discoverPolicy(domain, lookups);
  return step.done ? { done: true, value: judgeDiscovered(step.value) } : step;
}

function judgeDiscovered({ applied, multipleAt, incomplete }: DiscoveredPolicy): Judgement | null {
  // A name that could not be asked may hide a policy, and never takes away the one that was found.
  if (applied?.parsed.ok)
    return {
      status: 'verified',
      observations: [
        {
          code: 'dmarc_at_parent',
          text: `The domain has no DMARC record of its own; the policy at \`${applied.name}\` applies to it: ${quoteFound(applied.text)}.`,
        },
      ],
    };
  if (incomplete) return null;
  const observations: Observation[] = [
    {
      code: 'record_missing',
      text: 'There is no DMARC record at this name, and no parent domain has a policy that applies.',
    },
  ];
  if (applied?.parsed.ok === false)
    observations.push(describeInvalid(`The DMARC record at \`${applied.name}\``, applied.text, applied.parsed.problem));
  for (const name of multipleAt)
    observations.push({
      code: 'dmarc_multiple',
      text: `There is more than one DMARC record at \`${name}\`, so receivers use none of them (RFC 9989 §4.10).`,
    });
  return { status: 'missing', observations };
}

function describeNoReporting(text: string): Observation {
  return {
    code: 'dmarc_no_reporting',
    text: `The policy is valid, and has no \`rua=\` with an address for reports: ${quoteFound(text)}.`,
  };
}

function describeInvalid(subject: string, text: string, problem: string): Observation {
  return { code: 'dmarc_invalid', text: `${subject} is not valid, because ${problem}. Found: ${quoteFound(text)}.` };
}

function finish(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
