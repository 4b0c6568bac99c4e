import { formatTable } from '../markdown.ts';
import { AURORA_DSQL } from './aurora-dsql.ts';
import { CITUS } from './citus.ts';
import { COCKROACHDB } from './cockroachdb.ts';
import type { Engine, Support } from './engine.ts';
import { type FeatureName, SQL_FEATURES } from './features.ts';
import { YUGABYTEDB } from './yugabytedb.ts';

const ENGINES: readonly Engine[] = [YUGABYTEDB, COCKROACHDB, CITUS, AURORA_DSQL];

/** Builds the table of what we use, and what each engine's documentation says about it, with the page that says so. */
export function buildSqlTable(): string {
  return formatTable(
    ['what we use', ...ENGINES.map(({ name }) => name)],
    Object.entries(SQL_FEATURES).map(([feature, { title }]) => [
      title,
      ...ENGINES.map(({ base, support }) => formatSupport(support[feature as FeatureName], base)),
    ]),
  );
}

/** Builds the table of how many features each engine has, by its documentation. */
export function buildSqlSummary(): string {
  const answers = ['yes', 'partly', 'no', 'not documented'] as const;
  return formatTable(
    ['', ...answers],
    ENGINES.map(({ name, support }) => [
      name,
      ...answers.map((answer) => String(Object.values(support).filter(([given]) => given === answer).length)),
    ]),
  );
}

function formatSupport(support: Support, base: string): string {
  if (support[0] === 'not documented') return support[1] ? `not documented; ${support[1]}` : 'not documented';
  const [answer, page, note] = support;
  const link = `[${answer}](${base}${page})`;
  return `${answer === 'no' ? `**${link}**` : link}${note ? `: ${note}` : ''}`;
}
