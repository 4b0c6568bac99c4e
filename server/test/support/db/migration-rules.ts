/** What stands before a statement that the previous version of the program is known to survive. */
const EXCUSE = /^-- contract: \S/m;
const NAME = '(?:"public"\\.)?"?(\\w+)"?';
const CREATE_TABLE = new RegExp(`^create (?:unlogged )?table (?:if not exists )?${NAME} `);
const CREATE_INDEX = new RegExp(`^create (?:unique )?index .*? on ${NAME} `);
const ALTER_TABLE = new RegExp(`^alter table (?:only )?${NAME} (.*)$`);
const REFERENCES = new RegExp(` references ${NAME}`);
const ADD_COLUMN = /^add column (?:if not exists )?"?\w+"? (.*)$/;
/** A literal is kept in the catalogue; whatever has to be computed rewrites the table. */
const CONSTANT_DEFAULT = / default (?:'[^']*'|-?\d+|true|false)(?:::\w+)?(?= |$)/;
const PLAIN_TYPE = /^"?[a-z]\w*"?(?: ?\(\d+\))?(?: with time zone)?(?:\[\])?$/;

/**
 * Finds what a migration must not do in the release that brings it: the previous version still runs on that database,
 * and others use the tables meanwhile. Allowed are new tables with all that belongs to them, and new columns that may be left
 * out and cost no rewrite; anything else needs the comment `-- contract: <reason>` before it.
 * @returns the statements, as they are written
 */
export function findBreakingStatements(sql: string): string[] {
  const newTables = new Set<string>();
  return sql
    .split('--> statement-breakpoint')
    .flatMap((part) => part.split(/;[ \t]*(?:\n|$)/))
    .map((statement) => statement.trim())
    .filter((statement) => !EXCUSE.test(statement) && !isAllowed(normalize(statement), newTables));
}

function normalize(statement: string): string {
  return statement
    .replace(/^--.*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

function isAllowed(statement: string, newTables: Set<string>): boolean {
  if (statement === '') return true;
  const created = CREATE_TABLE.exec(statement)?.[1];
  if (created !== undefined) {
    newTables.add(created);
    return isSafeReference(statement, newTables);
  }
  const indexed = CREATE_INDEX.exec(statement)?.[1];
  if (indexed !== undefined) return newTables.has(indexed);
  const [, altered = '', change = ''] = ALTER_TABLE.exec(statement) ?? [];
  return newTables.has(altered) ? isSafeReference(statement, newTables) : isOptionalColumn(change);
}

/** The previous version deletes from its tables without knowing who refers to them by now. */
function isSafeReference(statement: string, newTables: ReadonlySet<string>): boolean {
  const target = REFERENCES.exec(statement)?.[1];
  return target === undefined || newTables.has(target) || / on delete (?:cascade|set null)/.test(statement);
}

function isOptionalColumn(change: string): boolean {
  const [, definition] = ADD_COLUMN.exec(change) ?? [];
  if (definition === undefined) return false;
  const type = definition.replace(CONSTANT_DEFAULT, '');
  const hasDefault = type !== definition;
  return PLAIN_TYPE.test(hasDefault ? type.replace(' not null', '') : type);
}
