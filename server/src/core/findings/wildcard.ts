import { type Answer, firstAnswer, type Question, recordsOfType } from '../answers/dns-answer.ts';
import { formatRecordData } from '../answers/presentation.ts';
import { findAskedType } from '../records/to-publish.ts';
import type { Probe } from './probe.ts';
import { type Explanation, evidenceOf, findAlias, type RecordView } from './view.ts';

/** A label that nobody has: what answers there is a wildcard. */
const NEIGHBOR = 'autosend-no-such-name';

/** The neighbor of a name that nobody ever published. */
export function nameNeighbor(name: string): string {
  return `${NEIGHBOR}${name.slice(name.indexOf('.'))}`;
}

/**
 * Finds out whether what stands at the name is the answer of a `*` record (RFC 4592): then the same answer comes for a
 * neighbor that nobody ever published.
 */
export function findWildcard(view: RecordView, probe: Probe): Explanation<'wildcard_answer'> | null {
  const { place } = view;
  const shown = describeShown(view);
  if (shown === null) return null;
  const found = probe.ask(nameNeighbor(place.name), findAskedType(place.type));
  if (!found || describeNeighbor(found) !== shown) return null;
  return { code: 'wildcard_answer', facts: {}, evidence: evidenceOf(found) };
}

/** What the servers show, so that it can be compared; null where they show nothing. */
function describeShown(view: RecordView): string | null {
  const alias = findAlias(view);
  if (alias !== null) return `CNAME ${alias}`;
  return joinShown(view.result.answers.flatMap((answer) => listShown(answer, findAskedType(view.place.type))));
}

function describeNeighbor(found: RecordView['result']): string | null {
  if (found.aliases[0] !== undefined) return `CNAME ${found.aliases[0]}`;
  return joinShown(listShown(firstAnswer(found), found.question.type));
}

/** A null MX has an empty host, so that a list with nothing in it is told from one with an empty text. */
function joinShown(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : JSON.stringify([...new Set(texts)].sort());
}

/** Priorities are left out. */
function listShown(answer: Answer, type: Question['type']): string[] {
  return (recordsOfType(answer, type) ?? []).map((record) => {
    return record.type === 'MX' ? record.exchange : formatRecordData(record);
  });
}
