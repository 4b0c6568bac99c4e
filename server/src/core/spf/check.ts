import type { Lookups } from '../answers/dns-answer.ts';
import { quoteAllFound, quoteFound } from '../answers/quote-found.ts';
import type { FindingCode } from '../findings/catalogue.ts';
import type { Judgement, Observation, Step } from '../judgement/judgement.ts';
import { evaluateSpf, type SpfEvaluation } from './evaluation.ts';
import { mergeSpfRecords } from './merge.ts';
import { isSpfRecord, parseSpfRecord, parseSpfTerm, type SpfMechanism, splitTerms } from './record.ts';

/** What `checkSpf` judges. */
export interface SpfCheckInput {
  /** The MAIL FROM name, lower case, without final dot. */
  readonly domain: string;
  /** The TXT records at the name as one server serves them, character-strings joined (RFC 7208 §3.3), as latin1. */
  readonly txt: readonly string[];
  /** Our mechanism without qualifier, such as `include:amazonses.com`. */
  readonly expectedMechanism: string;
  /** The look-ups made so far. */
  readonly lookups: Lookups;
}

const LONGEST_PROPOSAL = 450;

/** Finds our mechanism in the record shown to the customer: the first one that is not `all`. */
export function findOwnMechanism(expectedRecord: string): string {
  const own = splitTerms(expectedRecord).find((text) => {
    const term = parseSpfTerm(text);
    return 'kind' in term && term.kind === 'mechanism' && term.name !== 'all';
  });
  if (own === undefined) throw new Error(`The SPF record to publish names no mechanism: ${expectedRecord}`);
  return own.replace(/^\+/, '');
}

/**
 * Judges the MAIL FROM SPF record as its owner must have it (sans-I/O): exactly one record, no permerror for any sender
 * (RFC 7208 §4.6, §4.6.4), our mechanism reached before `all` and saying pass, and no pass for everyone. Our mechanism
 * is found by its meaning, also behind an `include` or `redirect`, and is not followed.
 * @returns the names to ask next, or the judgement; null where a name that may hold our mechanism could not be asked, so
 * that nothing can be said: like a failed answer, it must not change anything
 */
export function checkSpf(input: SpfCheckInput): Step<Judgement | null> {
  const { txt, expectedMechanism } = input;
  const own = parseOwn(expectedMechanism);
  const records = txt.filter(isSpfRecord);
  const [record] = records;
  if (record === undefined) return finish(describeNoRecord(txt));
  if (records.length > 1)
    return finish({
      status: 'conflicting',
      observations: [
        {
          code: 'spf_multiple',
          text: `There are ${records.length} SPF records where only one may be, so receivers take none (RFC 7208 §4.5): ${quoteAllFound(records)}.`,
          ...propose(records, expectedMechanism),
        },
      ],
    });
  const parsed = parseSpfRecord(record);
  if (!parsed.ok)
    return finish({
      status: 'mismatched',
      observations: [
        {
          code: 'spf_syntax',
          text: `Receivers cannot use the SPF record, because ${parsed.problem}.`,
          ...propose(records, expectedMechanism),
        },
      ],
    });
  const step = evaluateSpf({ domain: input.domain, terms: parsed.terms, txt, own, lookups: input.lookups });
  return step.done ? { done: true, value: judge(step.value, record, expectedMechanism) } : step;
}

function judge(evaluation: SpfEvaluation, record: string, own: string): Judgement | null {
  const observations: Observation[] = evaluation.problems.map(({ kind, text }) => ({
    code: kind === 'limit' ? 'spf_too_many_lookups' : 'spf_syntax',
    text,
  }));
  if (evaluation.stranger === '+')
    observations.push({
      code: 'spf_allows_everyone',
      text: `The SPF record lets everyone send in this name: it says pass to any sender. Found: ${quoteFound(record)}.`,
      ...propose([record], own),
    });
  const isRight = evaluation.own?.by === 'own' && evaluation.own.qualifier === '+';
  if (!isRight && !evaluation.undecided) observations.push(describeOwn(evaluation, record, own));
  if (observations.length > 0) return { status: 'mismatched', observations };
  return isRight ? { status: 'verified', observations: [] } : null;
}

function describeOwn(evaluation: SpfEvaluation, record: string, own: string): Observation {
  const proposal = propose([record], own);
  if (evaluation.own?.by === 'own')
    return {
      code: 'spf_mechanism_missing',
      text: `\`${own}\` is there, and it does not say pass, because "${evaluation.own.qualifier}" applies to it. Found: ${quoteFound(record)}.`,
      ...proposal,
    };
  if (evaluation.ownAfterAll)
    return {
      code: 'spf_mechanism_after_all',
      text: `\`${own}\` stands behind \`all\` and is never reached (RFC 7208 §5.1). Found: ${quoteFound(record)}.`,
      ...proposal,
    };
  return {
    code: 'spf_mechanism_missing',
    text: `The SPF record does not hold \`${own}\`. Found: ${quoteFound(record)}.`,
    ...proposal,
  };
}

/** No text is selected as an SPF record (RFC 7208 §4.5); one that was meant as such is told by how it misses. */
function describeNoRecord(txt: readonly string[]): Judgement {
  const meant = txt.find((text) => /^[\s"']*v\s*=\s*spf/i.test(text));
  if (meant === undefined)
    return {
      status: 'missing',
      observations: [{ code: 'record_missing', text: 'There is no SPF record at this name.' }],
    };
  const found = quoteFound(meant);
  const [code, why]: [FindingCode, string] = /^\s*["']/.test(meant)
    ? ['value_quoted', 'quotation marks were published as a part of it']
    : isSpfRecord(meant.trim())
      ? ['value_has_spaces', 'there is a space before v=spf1']
      : ['value_mismatch', 'it must start with exactly v=spf1 and a space'];
  return {
    status: 'mismatched',
    observations: [{ code, text: `Receivers do not take the text for an SPF record, because ${why}: ${found}.` }],
  };
}

/** The one record to publish instead; none where it would be longer than anybody could check. */
type Proposal = Pick<Observation, 'suggestion'>;

function propose(records: readonly string[], own: string): Proposal {
  const suggestion = mergeSpfRecords(records, own);
  return suggestion.length > LONGEST_PROPOSAL ? {} : { suggestion };
}

function parseOwn(text: string): SpfMechanism {
  const own = parseSpfTerm(text);
  if (!('kind' in own) || own.kind !== 'mechanism') throw new Error(`Not an SPF mechanism: ${text}`);
  return own;
}

function finish(judgement: Judgement): Step<Judgement> {
  return { done: true, value: judgement };
}
