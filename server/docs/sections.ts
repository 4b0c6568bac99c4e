import { buildCapacityInputs, buildCapacityTable, buildMillionTable } from './capacity.ts';
import { buildSqlSummary, buildSqlTable } from './distributed-sql/table.ts';
import { buildProviderNotes, buildProviderTable, buildSharedTable } from './dns-providers.ts';
import { buildEventTable } from './events.ts';
import { buildFindingChapters } from './findings.ts';
import { buildPartTable } from './test-mode.ts';
import { buildQuestionTable, buildScheduleTable, buildStateTable, buildValidity } from './verification.ts';

/** A part of a document that is made from the code's own tables. */
export interface GeneratedSection {
  /** From the project's folder. */
  readonly document: string;
  /** As the document's two marker lines have it. */
  readonly name: string;
  /** Pure: the same Markdown each time, without an empty line at either end. */
  readonly build: () => string;
}

/** Every generated section; `npm run docs` writes them, and a test compares them with what is committed. */
export const GENERATED_SECTIONS: readonly GeneratedSection[] = [
  { document: 'docs/dns-providers.md', name: 'providers', build: buildProviderTable },
  { document: 'docs/dns-providers.md', name: 'notes', build: buildProviderNotes },
  { document: 'docs/dns-providers.md', name: 'shared name servers', build: buildSharedTable },
  { document: 'docs/verification.md', name: 'questions', build: buildQuestionTable },
  { document: 'docs/verification.md', name: 'validity', build: buildValidity },
  { document: 'docs/verification.md', name: 'states', build: buildStateTable },
  { document: 'docs/verification.md', name: 'schedule', build: buildScheduleTable },
  { document: 'docs/findings.md', name: 'findings', build: buildFindingChapters },
  { document: 'docs/webhooks.md', name: 'events', build: buildEventTable },
  { document: 'docs/test-mode.md', name: 'parts', build: buildPartTable },
  { document: 'docs/operations.md', name: 'capacity', build: buildCapacityTable },
  { document: 'docs/operations.md', name: 'capacity of a million', build: buildMillionTable },
  { document: 'docs/operations.md', name: 'capacity inputs', build: buildCapacityInputs },
  { document: 'docs/operations.md', name: 'our SQL elsewhere', build: buildSqlTable },
  { document: 'docs/operations.md', name: 'our SQL elsewhere, summary', build: buildSqlSummary },
];
