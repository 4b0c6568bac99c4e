import {
  firstAnswer,
  joinTxt,
  type Lookups,
  type Question,
  questionKey,
  recordsOfType,
} from '../answers/dns-answer.ts';
import type { Step } from '../judgement/judgement.ts';
import { isDmarcRecord, type ParsedDmarcRecord, parseDmarcRecord } from './record.ts';

/** What the tree walk finds for a domain that has no record of its own. */
export interface DiscoveredPolicy {
  /** The record that receivers apply; null where there is none. */
  readonly applied: { readonly name: string; readonly text: string; readonly parsed: ParsedDmarcRecord } | null;
  /** Names that hold more than one record, which are all discarded. */
  readonly multipleAt: readonly string[];
  /** Names that could not be asked, at which a record may be that is not seen. */
  readonly unanswered: readonly string[];
}

/** RFC 9989 §4.10 step 4: from a name of eight labels or more the walk goes on at its last seven. */
const LONGEST_PARENT = 7;

/**
 * Lists the names that the tree walk asks after the domain's own (RFC 9989 §4.10), at most seven:
 *
 *   a.b.c.d.e.f.g.h.i.j.mail.example.com      own name, asked by the caller
 *               g.h.i.j.mail.example.com      the last seven labels
 *                 h.i.j.mail.example.com      then one label fewer each time,
 *                           …
 *                                    com      up to the top
 */
export function listWalkNames(domain: string): string[] {
  const labels = domain.split('.');
  const start = Math.max(1, labels.length - LONGEST_PARENT);
  return labels.slice(start).map((_, index) => `_dmarc.${labels.slice(start + index).join('.')}`);
}

/**
 * Finds the policy that a parent of the domain gives it (RFC 9989 §4.10.1, sans-I/O): that of the organizational domain,
 * else of the public suffix above it. All names are asked at once, since without a `psd=` tag the walk needs each of them.
 */
export function discoverPolicy(domain: string, lookups: Lookups): Step<DiscoveredPolicy> {
  const questions = listWalkNames(domain).map((name): Question => ({ name, type: 'TXT', servers: 'any' }));
  const ask = questions.filter((question) => !lookups.has(questionKey(question)));
  if (ask.length > 0) return { done: false, ask };

  const unanswered: string[] = [];
  const multipleAt: string[] = [];
  const found: { name: string; text: string; parsed: ParsedDmarcRecord; psd: 'y' | 'n' | 'u' }[] = [];
  for (const question of questions) {
    const result = lookups.get(questionKey(question));
    const records = result && recordsOfType(firstAnswer(result), 'TXT');
    if (!records) {
      unanswered.push(question.name);
      continue;
    }
    const texts = records.map(joinTxt).filter(isDmarcRecord);
    const [text] = texts;
    if (texts.length > 1) multipleAt.push(question.name);
    if (text === undefined || texts.length > 1) continue;
    const parsed = parseDmarcRecord(text);
    const psd = parsed.ok ? parsed.record.psd : parsed.psd;
    found.push({ name: question.name, text, parsed, psd });
    if (psd !== 'u') break;
  }
  return { done: true, value: { applied: selectApplied(found), multipleAt, unanswered } };
}

/**
 * Selects among the records found, longest name first (RFC 9989 §4.10.2): psd=n names the organizational domain; below
 * psd=y it is the name one label longer, and where that has no record the suffix's own applies; else the shortest name is it.
 */
function selectApplied<T extends { name: string; psd: 'y' | 'n' | 'u' }>(found: readonly T[]): T | null {
  const last = found.at(-1);
  if (last?.psd !== 'y') return last ?? null;
  const below = found.at(-2);
  const isNext = below?.name.slice(below.name.indexOf('.', '_dmarc.'.length)) === last.name.slice('_dmarc'.length);
  return below && isNext ? below : last;
}
