import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIGRATIONS_FOLDER } from '../../../src/db/migrate.ts';

/** SQL, or a part of a statement, and the file that it stands in. */
export interface Source {
  readonly file: string;
  readonly sql: string;
}

const SERVER = fileURLToPath(new URL('../../../src/', import.meta.url));
/** Where a text begins that is SQL: the tag, what is taken as it is, what is sent to the driver, and what begins like a statement. */
const BEGINNINGS =
  /\bsql(?:<[^`=;]*?>)?`|\bsql\.raw\(\s*[`'"]|\.query(?:<[^`]*?>)?\(\s*[`'"]|(?<![\w`'"])[`'"](?=(?:begin;|set local|select|show|insert into|update|delete from|with \w+ as|create|alter|drop|listen|notify|lock table) )/g;
/** A call whose first argument begins with no quote. */
const UNREAD = /(?:sql\.raw|\w+\.query)(?:<[^`]*?>)?\((?!\s*[`'"])((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/g;

/** Reads the statements of all migrations. */
export function readMigrationStatements(): Source[] {
  return readdirSync(MIGRATIONS_FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) =>
      readFileSync(join(MIGRATIONS_FOLDER, file), 'utf8')
        .split('--> statement-breakpoint')
        .map((sql) => ({ file, sql })),
    );
}

/** Lists the files of the server that may speak to an operator's database: the embedded server is ours alone. */
export function listSources(): { readonly file: string; readonly text: string }[] {
  return globSync('**/*.ts', { cwd: SERVER })
    .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('db/embedded/'))
    .map((file) => ({ file, text: readFileSync(join(SERVER, file), 'utf8') }));
}

/** Reads all SQL in a source. What is filled in becomes `$0`; where that is SQL too, it is a text of its own. */
export function readSqlTexts(source: string): string[] {
  return [...source.matchAll(BEGINNINGS)].map(({ 0: { length }, index }) => {
    const start = index + length;
    return readText(source, start, source[start - 1] ?? '').text;
  });
}

/** Lists calls that send what is no text, or put into SQL as it is what is none. */
export function listUnreadCalls(source: string): string[] {
  return [...source.matchAll(UNREAD)]
    .filter(([, argument = '']) => !isText(source, argument))
    .map(([call]) => call.replace(/<[^`]*>(?=\()/, ''));
}

/** Whether a constant of this source is a text that begins like a statement, and so is read. */
function isText(source: string, name: string): boolean {
  if (!/^\w+$/.test(name)) return false;
  const [text] = new RegExp(`^const ${name} = [\`'"].*`, 'm').exec(source) ?? [];
  return text !== undefined && readSqlTexts(`${text}\`'"`).length > 0;
}

/** Reads on to the closing quote. */
function readText(source: string, start: number, quote: string): { readonly text: string; readonly end: number } {
  let text = '';
  let at = start;
  while (source[at] !== quote) {
    if (at >= source.length) throw new Error(`A text that begins at ${start} does not end.`);
    if (quote === '`' && source.startsWith('${', at)) {
      at = skipExpression(source, at + 2);
      text += ' $0 ';
    } else {
      if (source[at] === '\\') at += 1;
      text += source[at] ?? '';
      at += 1;
    }
  }
  return { text, end: at + 1 };
}

/** Passes over what is filled in, with the texts and braces inside it. */
function skipExpression(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (depth > 0) {
    const sign = source[at] ?? '}';
    if (sign === '`' || sign === "'" || sign === '"') at = readText(source, at + 1, sign).end;
    else {
      if (sign === '{') depth += 1;
      if (sign === '}') depth -= 1;
      at += 1;
    }
  }
  return at;
}
