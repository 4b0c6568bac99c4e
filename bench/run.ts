// npm run bench [-- name ...] [--json] [--repeats=5] [--questions=100000] [--checks=2000] [--domains=100000] [--statements]
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureBesideSweep } from './beside-sweep.ts';
import { measureBesideWebhooks } from './beside-webhooks.ts';
import { measureCheck } from './check.ts';
import { measureCreateBurst, measureCreateSustained } from './create.ts';
import { measureDashboard } from './dashboard.ts';
import { measureDnsClient } from './dns-client.ts';
import { measureExport } from './export.ts';
import type { BenchOptions, Row } from './figure.ts';
import { measureListDepth } from './list-depth.ts';
import { measurePublishToVerified } from './publish.ts';
import { measureRead } from './read.ts';
import { measureMillion } from './scale/million.ts';
import { measureTwoNodes } from './scale/two-nodes.ts';
import { measureSign } from './sign.ts';
import { measureStart } from './start.ts';
import { measureSweep } from './sweep.ts';
import { measureSweepScale } from './sweep-scale.ts';
import { measureTrace } from './trace.ts';

// The sweep first: its memory is that of a fresh process.
const FIGURES: Readonly<Record<string, (options: BenchOptions) => Promise<Row[]>>> = {
  sweep: measureSweep,
  'sweep-scale': measureSweepScale,
  trace: measureTrace,
  million: measureMillion,
  'two-nodes': measureTwoNodes,
  'dns-client': measureDnsClient,
  check: measureCheck,
  sign: measureSign,
  export: measureExport,
  read: measureRead,
  'list-depth': measureListDepth,
  'create-burst': measureCreateBurst,
  'create-sustained': measureCreateSustained,
  'beside-webhooks': measureBesideWebhooks,
  'beside-sweep': measureBesideSweep,
  start: measureStart,
  'publish-to-verified': measurePublishToVerified,
  dashboard: measureDashboard,
};

const HEADINGS = ['name', 'ours', 'reference', 'ratio min–max (median)', 'goal', 'reached'];

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      repeats: { type: 'string', default: '5' },
      questions: { type: 'string', default: '100000' },
      checks: { type: 'string', default: '2000' },
      domains: { type: 'string', default: '100000' },
      statements: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(FIGURES, name));
  if (unknown.length > 0) {
    throw new Error(`There is no figure ${unknown.join(', ')}. The figures are: ${Object.keys(FIGURES).join(', ')}.`);
  }
  const options = {
    repeats: readCount('repeats', values.repeats),
    questions: readCount('questions', values.questions),
    checks: readCount('checks', values.checks),
    domains: readCount('domains', values.domains),
    statements: values.statements,
  };
  console.error(`load of the machine before: ${formatLoad()}`);
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(FIGURES)) {
    if (positionals.length === 0 || positionals.includes(name)) rows.push(...(await measure(options)));
  }
  console.error(`load of the machine after: ${formatLoad()}`);
  console.log(values.json ? JSON.stringify(rows, null, 2) : formatTable(rows));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readCount(name: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new Error(`--${name}=${text} is not a whole number from 1 to 9,999,999.`);
}

function formatTable(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(formatRow)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

function formatRow({ name, value, unit, reference, ratio, goal, reached }: Row): string[] {
  return [
    name,
    `${formatNumber(value)} ${unit}`,
    reference === null ? '' : formatNumber(reference),
    ratio === null ? '' : `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)} (${ratio.median.toFixed(2)})`,
    goal ?? '',
    reached === null ? '' : reached ? 'yes' : 'no',
  ];
}

function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
}

function formatLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}
