import { DEFAULT_SCHEDULE } from '../src/core/lifecycle/schedule.ts';
import { formatTable } from './markdown.ts';

type Source = 'measured' | 'counted' | 'assumed';

/** The numbers, and where each is from. A new figure is changed here, and `npm run docs` writes the rest. */
const INPUTS = {
  nodeMsPerCheck: [
    0.35,
    'ms of a core a check, node',
    'measured',
    'processor time during a sweep, when statements are shared by many checks',
  ],
  databaseMsPerCheck: [0.17, 'ms of a core a check, PostgreSQL', 'measured', 'the same'],
  nodeMsPerCheckOfMillion: [
    1,
    'ms of a core a check, node, at 46 checks a second',
    'measured',
    'figure `million`: between checks the node is asleep, and what it does anyway counts too',
  ],
  databaseMsPerCheckOfMillion: [
    1.1,
    'ms of a core a check, PostgreSQL, at 46 checks a second',
    'measured',
    'the same; also checkpoints and vacuum',
  ],
  measuredQuestions: [
    5,
    'DNS questions a check there',
    'measured',
    'one name server that says which zone a record is from',
  ],
  questionsPerCoreSecond: [
    40_000,
    'questions a second of one core',
    'measured',
    'figure `dns-client`: 20 to 25 µs of processor time each',
  ],
  zoneQuestions: [
    5,
    'questions to find the zones',
    'counted',
    'NS, and SOA for each of four names where the servers do not say which zone it is in; a signed zone takes up to five more',
  ],
  questionsPerNameServer: [7, 'questions for each name server', 'counted', 'its addresses (A, AAAA) and five records'],
  nameServersPerZone: [3, 'name servers of a zone', 'assumed', 'every one is asked; most zones have two to four'],
  questionBytes: [86, 'bytes of a question', 'measured', 'with IP and UDP headers'],
  answerBytes: [184, 'bytes of an answer', 'measured', 'the same'],
  transactionsPerCheck: [
    0.37,
    'transactions a check',
    'measured',
    'many checks once; two or three where there are few',
  ],
  rowWritesPerCheck: [2, 'rows written a check', 'measured', 'the claim, and the times of an unchanged check'],
  walBytesPerCheck: [
    11_700,
    'bytes of WAL a check',
    'measured',
    'figure `million`: with the whole page that is first changed after a checkpoint; 3,500 without',
  ],
  bytesPerDomain: [
    6_300,
    'bytes of a domain',
    'measured',
    '`pg_total_relation_size` of 3,000 verified domains after `VACUUM FULL`',
  ],
  bloat: [2, 'times that on disk', 'assumed', 'rows that wait for vacuum'],
  utilization: [0.5, 'of each core is used', 'assumed', 'room for requests, and to catch up'],
  dollarsPerNodeCore: [25, '$ a month for a core of a node', 'assumed', 'list prices of large clouds, rounded'],
  dollarsPerDatabaseCore: [
    80,
    '$ a month for a core of the database',
    'assumed',
    'managed, with its memory; twice that with a standby',
  ],
  dollarsPerStoredGb: [0.15, '$ a month for a stored GB', 'assumed', ''],
  dollarsPerSentGb: [0.08, '$ for a sent GB', 'assumed', 'nothing at many providers'],
} satisfies Record<string, readonly [value: number, what: string, source: Source, remarks: string]>;

export type CapacityInputs = Readonly<Record<keyof typeof INPUTS, number>>;

const DOMAINS = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
const SECONDS_PER_MONTH = 30 * 86_400;
const BYTES_PER_GB = 1e9;
const MILLION = 1_000_000;
const DAY_MS = 86_400_000;

/** Builds the table of what the calculation starts from. */
export function buildCapacityInputs(): string {
  const rows = Object.values(INPUTS).map(([value, ...texts]) => [value.toLocaleString('en-US'), ...texts]);
  return formatTable(['', 'what', 'how it is known', 'remarks'], rows);
}

/** Builds the table of what so many verified domains take. */
export function buildCapacityTable(): string {
  const inputs = readInputs();
  const table = DOMAINS.map((domains) => calculateCapacity(domains, DEFAULT_SCHEDULE.verifiedMs, inputs));
  return formatTable(
    ['domains', ...Object.keys(table[0] ?? {})],
    table.map((row, i) => [DOMAINS[i]?.toLocaleString('en-US') ?? '', ...Object.values(row).map(formatRounded)]),
  );
}

/** What domains take that are checked every `intervalMs`; a node is one process, which uses one core. */
export function calculateCapacity(domains: number, intervalMs: number, given: CapacityInputs): Record<string, number> {
  const checks = (domains * 1000) / intervalMs;
  const questions = countQuestions(given);
  const nodeSeconds = countNodeSeconds(given.nodeMsPerCheck, given);
  const nodes = Math.ceil((checks * nodeSeconds) / given.utilization);
  const databaseCores = Math.ceil((checks * given.databaseMsPerCheck) / 1000 / given.utilization);
  const gb = (domains * given.bytesPerDomain * given.bloat) / BYTES_PER_GB;
  const sentGb = (checks * questions * given.questionBytes * SECONDS_PER_MONTH) / BYTES_PER_GB;
  const cost =
    nodes * given.dollarsPerNodeCore +
    databaseCores * given.dollarsPerDatabaseCore +
    gb * given.dollarsPerStoredGb +
    sentGb * given.dollarsPerSentGb;
  return {
    'checks/s': checks,
    nodes,
    'database cores': databaseCores,
    'transactions/s': checks * given.transactionsPerCheck,
    'row writes/s': checks * given.rowWritesPerCheck,
    'WAL, MB/s': (checks * given.walBytesPerCheck) / 1e6,
    'disk, GB': gb,
    'questions/s': checks * questions,
    'DNS, Mbit/s': (checks * questions * (given.questionBytes + given.answerBytes) * 8) / 1e6,
    '$ a month': cost,
  };
}

/** Builds the table of what a million domains take that are checked at the usual interval. */
export function buildMillionTable(): string {
  const rows = Object.entries(calculateMillion(DEFAULT_SCHEDULE.verifiedMs, readInputs()));
  return formatTable(
    ['', 'a million domains'],
    rows.map(([what, value]) => [what, value.toLocaleString('en-US')]),
  );
}

/** What a million domains take that are checked every `intervalMs`: as measured, with no room to spare. */
export function calculateMillion(intervalMs: number, given: CapacityInputs): Record<string, number> {
  const checks = (MILLION * 1000) / intervalMs;
  const checksADay = (MILLION * DAY_MS) / intervalMs;
  const values = {
    'checks a second': checks,
    'cores for nodes': checks * countNodeSeconds(given.nodeMsPerCheckOfMillion, given),
    'the same if zones have one name server, as measured': (checks * given.nodeMsPerCheckOfMillion) / 1000,
    'cores for PostgreSQL': (checks * given.databaseMsPerCheckOfMillion) / 1000,
    'size of the database, GB': (MILLION * given.bytesPerDomain) / BYTES_PER_GB,
    'written to the WAL, GB a day': (checksADay * given.walBytesPerCheck) / BYTES_PER_GB,
    'rows written, millions a day': (checksADay * given.rowWritesPerCheck) / MILLION,
    'transactions, millions a day': (checksADay * given.transactionsPerCheck) / MILLION,
  };
  return Object.fromEntries(
    Object.entries(values).map(([what, value]) => [what, Number(value.toPrecision(value < 1 ? 2 : 3))]),
  );
}

function readInputs(): CapacityInputs {
  return Object.fromEntries(Object.entries(INPUTS).map(([name, [value]]) => [name, value])) as CapacityInputs;
}

/** What a check takes of a node: as measured, and the questions that were not asked there. */
function countNodeSeconds(measuredMs: number, given: CapacityInputs): number {
  return measuredMs / 1000 + (countQuestions(given) - given.measuredQuestions) / given.questionsPerCoreSecond;
}

function countQuestions(given: CapacityInputs): number {
  return given.zoneQuestions + given.questionsPerNameServer * given.nameServersPerZone;
}

/** Two digits: more would pretend to know. */
function formatRounded(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en-US', { maximumSignificantDigits: 2 });
}
