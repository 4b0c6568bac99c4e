import {
  type Answer,
  type LookupResult,
  type Lookups,
  type Question,
  questionKey,
} from '../../../src/core/answers/dns-answer.ts';
import { findPlace } from '../../../src/core/findings/place.ts';
import type { RecordView } from '../../../src/core/findings/view.ts';
import type { RecordJudgement } from '../../../src/core/judgement/judgement.ts';
import type { RecordKind } from '../../../src/core/records/record.ts';
import { DOMAIN, records, type Seen, zone } from './explained-domain.ts';

/** A look-up that showed this. */
export function lookupOf(question: Pick<Question, 'name' | 'type'>, seen: Seen): LookupResult {
  return { question: { ...question, servers: 'any' }, aliases: [], zone, ...seen };
}

/** One record as a detector sees it: missing, and nothing noticed, where not told otherwise. */
export function viewOf(
  kind: RecordKind,
  seen: Seen,
  status: RecordJudgement['status'] = 'missing',
  observations: RecordJudgement['observations'] = [],
): RecordView {
  const result = lookupOf(records[kind], seen);
  return { place: findPlace(DOMAIN, kind, records[kind], result), judgement: { status, observations }, result };
}

/** What was asked before, by the keys of the questions. */
export function lookupsOf(seen: Readonly<Record<string, Seen>>): Lookups {
  return new Map(
    Object.entries(seen).map(([key, each]) => {
      const [type, name = ''] = key.split(' ') as [Question['type'], string];
      return [questionKey({ type, name }), lookupOf({ type, name }, each)];
    }),
  );
}

/** The same answer, from this server. */
export function answeredBy(answer: Answer, server: string, via: Answer['source']['via'] = 'authoritative'): Answer {
  return { ...answer, source: { ...answer.source, server, via } };
}
