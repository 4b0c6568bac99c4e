import type { SqlFeature } from '../../../docs/distributed-sql/features.ts';

/** A statement, or a part of one, without comments and literals: words in lower case, names in quotes, signs; `$0` for whatever is filled in. */
export type Tokens = readonly string[];

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\$\w*\$|'(?:[^']|'')*'|"[^"]*"|\$\d+|[a-z_][a-z_0-9$]*|\d+(?:\.\d+)?|::|:=|=>|[-+*/<>=~!@#%^&|`?]+|[()[\],;.:]|\S/gi;
const SKIPPED = /^(?:--|\/\*|\$\w*\$)/;
const WORD = /^[a-z_]/;
/** A name after one of these may be followed by a list of columns, or of parameters. */
const BEFORE_COLUMNS = new Set(['as', 'table', 'exists', 'into', 'on', 'references', 'btree', 'gin', 'function']);
const IGNORED = /^(?:[()[\],;.]|::|'|\d|\$\d)/;

/** Cuts SQL into tokens. The bodies of functions count: they are SQL too. */
export function tokenize(sql: string): Tokens {
  return [...sql.matchAll(TOKEN)]
    .map(([token]) => token)
    .filter((token) => !SKIPPED.test(token))
    .map((token) => (token.startsWith("'") ? "''" : token.startsWith('"') ? token : token.toLowerCase()));
}

/** Finds the names that statements give: columns, tables and whatever else stands in quotes, aliases, parts of `WITH`, columns of record sets. */
export function findNames(all: readonly Tokens[]): Set<string> {
  const names = new Set<string>();
  for (const tokens of all)
    tokens.forEach((token, at) => {
      const [next, afterNext] = [tokens[at + 1], tokens[at + 2]];
      if (token.startsWith('"')) names.add(token.slice(1, -1));
      // `x as (…)`, and `from a as x`, `select a as x`.
      if (WORD.test(token) && next === 'as' && afterNext === '(') names.add(token);
      if (next === undefined || !WORD.test(next)) return;
      if (token === 'as' || token === 'savepoint' || (token === 'exists' && tokens[at - 3] === 'schema'))
        names.add(next);
      if (token === 'as' && afterNext === '(') for (const name of listColumns(tokens, at + 2)) names.add(name);
    });
  return names;
}

/** The names in `as x (a text, b jsonb)` or `as x (a, b)`. */
function* listColumns(tokens: Tokens, opening: number): Generator<string> {
  for (let at = opening; at < tokens.length && tokens[at] !== ')'; at += 1) {
    const name = tokens[at + 1];
    if ((tokens[at] === '(' || tokens[at] === ',') && name !== undefined && WORD.test(name)) yield name;
  }
}

/** What a scan found: the features by name, and what no feature explains, each with its neighborhood. */
export interface Found {
  readonly features: ReadonlySet<string>;
  readonly unknown: readonly string[];
}

interface Phrase {
  readonly feature: string;
  readonly tokens: Tokens;
  readonly isType: boolean;
}

/**
 * Makes a scan, which explains every word, call, type and operator of a statement by a feature, or finds that it is on no list.
 * @param names what a word may be where it is no part of a feature
 */
export function createScan(features: Readonly<Record<string, SqlFeature>>, names: ReadonlySet<string>) {
  const phrases = Map.groupBy(listPhrases(features), ({ tokens }) => tokens[0]);
  return (tokens: Tokens): Found => {
    const found = new Set<string>();
    const unknown: string[] = [];
    for (let at = 0; at < tokens.length; ) {
      const phrase = phrases.get(tokens[at])?.find((each) => fits(each, tokens, at));
      if (phrase) {
        found.add(phrase.feature);
        at += phrase.tokens.length - (isCall(phrase) ? 1 : 0);
      } else {
        if (!isExplained(tokens, at, names)) unknown.push(tokens.slice(Math.max(0, at - 4), at + 5).join(' '));
        at += 1;
      }
    }
    const text = tokens.join(' ');
    for (const [feature, { pattern }] of Object.entries(features)) if (pattern?.test(text)) found.add(feature);
    return { features: found, unknown };
  };
}

/** All phrases, the longest first. */
function listPhrases(features: Readonly<Record<string, SqlFeature>>): Phrase[] {
  return Object.entries(features)
    .flatMap(([feature, { words = [], types = [], operators = [] }]) => [
      ...words.map((text) => ({ feature, tokens: tokenize(text), isType: false })),
      ...operators.map((operator) => ({ feature, tokens: [operator], isType: false })),
      ...types.map((text) => ({ feature, tokens: tokenize(text), isType: true })),
    ])
    .toSorted((a, b) => b.tokens.length - a.tokens.length);
}

function fits(phrase: Phrase, tokens: Tokens, at: number): boolean {
  if (!phrase.tokens.every((token, index) => token === tokens[at + index])) return false;
  if (tokens[at - 1] === '::') return phrase.isType;
  // What follows a point is a column, unless it is called.
  return tokens[at - 1] !== '.' || isCall(phrase);
}

/** Its parenthesis is left where it is: what follows may begin with one. */
function isCall({ tokens }: Phrase): boolean {
  return tokens.length > 1 && tokens.at(-1) === '(';
}

function isExplained(tokens: Tokens, at: number, names: ReadonlySet<string>): boolean {
  const token = tokens[at] ?? '';
  const [before, next] = [tokens[at - 1], tokens[at + 1]];
  if (token.startsWith('"')) return !isTypeInQuotes(tokens, at) && (next !== '(' || mayHaveColumns(tokens, at));
  if (WORD.test(token)) {
    if (before === '::') return false;
    if (next === '(' && !mayHaveColumns(tokens, at)) return false;
    return before === '.' || next === '.' || names.has(token);
  }
  return IGNORED.test(token) || (token === '*' && before === '.');
}

/** Where a parenthesis after a name lists columns, and is no call. */
function mayHaveColumns(tokens: Tokens, at: number): boolean {
  const before = tokens[tokens[at - 1] === '.' ? at - 3 : at - 1] ?? '';
  return BEFORE_COLUMNS.has(before);
}

/** A migration writes the type of a column that has one of its own in quotes. */
function isTypeInQuotes(tokens: Tokens, at: number): boolean {
  const isDefinition = tokens[0] === 'create' || tokens[0] === 'alter';
  return isDefinition && (tokens[at - 1]?.startsWith('"') ?? false) && tokens[at] !== '"bytea"';
}
