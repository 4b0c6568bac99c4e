// Which test files a command runs, and which of them share a process.
import { globSync, writeFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';

const ALL_TESTS = [
  'dashboard/src/**/*.test.ts',
  'packages/sdk/{src,test}/**/*.test.ts',
  'server/src/**/*.test.ts',
  'server/test/**/*.test.ts',
];
/** Processes that are started, flooded, starved, killed and paused: `npm run test:heavy`. */
const HEAVY = [
  'server/test/faults/{database-away,descriptors,floods,hostile-zones,kill,lock-out,pool,start}.test.ts',
  'server/test/integration/node/{check-threads,start}.test.ts',
  'server/test/integration/dns/load.test.ts',
];
/**
 * The same with several nodes or servers, as several users, and with runtimes that are fetched. `npm run test:heavy -- --turn=<number>`
 * runs one of these parts.
 */
const HEAVY_BY_TURNS = [
  ['server/test/faults/{nodes,rolling-restart,ses-nodes}.test.ts', 'server/test/integration/node/leave-root.test.ts'],
  ['server/test/faults/{connections,failover,key-rotation-nodes,pgbouncer}.test.ts'],
  ['server/test/faults/publishing-kill.test.ts', 'packages/sdk/test/runtimes.test.ts'],
];
/**
 * End to end, with everything real: browsers, name servers and mail servers, clusters of PostgreSQL, the command line and the
 * examples of the documents as processes, several nodes and thousands of domains, other people's clients and implementations, and the
 * faults that aren't heavy: `npm run test:e2e`. One journey through the browser and one through real name servers are left to `npm test`.
 */
const END_TO_END = [
  'server/test/e2e/!(dashboard|real-dns).test.ts',
  'server/test/e2e/*/*.test.ts',
  'server/test/conformance/differential/*.test.ts',
  'server/test/integration/db/{backup,embedded-server,lost-connections,migrations,pgbouncer,silent-servers}.test.ts',
  'server/test/integration/checks/check-limits.test.ts',
  'server/test/integration/docs/{examples,guide}.test.ts',
  'server/test/integration/domain-connect/setup-link-limits.test.ts',
  'server/test/integration/domains/{search,test-clock}.test.ts',
  'server/test/integration/http/{rate-limit,slow-statements}.test.ts',
  'server/test/integration/keys/secret-rotation.test.ts',
  'server/test/integration/node/command-line.test.ts',
  'server/test/integration/publishing/{command-line,*-clients}.test.ts',
  'server/test/faults/{amplification,dns-faults,publishing,removed-people,ses-faults,webhooks}.test.ts',
  'packages/sdk/test/package.test.ts',
];
/**
 * Files that share a process, in the order in which the processes start: those that take long come first. Starting Node.js and
 * importing the service costs more than most files do. A file that no group names has a process of its own.
 */
const GROUPS = {
  // Every page in each theme and width is a third of what browsers do: beside the rest of it, not after.
  pages: ['server/test/e2e/{dashboard-pages,docs-page}.test.ts'],
  browser: ['server/test/e2e/{dashboard,examples}*.test.ts'],
  'name-servers': [
    'server/test/e2e/{dnssec,expired,key,odd,publishing,real,three,verdicts}*.test.ts',
    'server/test/e2e/publishing/*.test.ts',
  ],
  mail: ['server/test/e2e/mail*.test.ts'],
  dashboard: ['server/test/integration/dashboard/!(build).test.ts'],
  signing: ['server/test/integration/signing/*.test.ts'],
  dns: ['server/test/integration/dns/*.test.ts', 'server/test/faults/dns-faults.test.ts'],
  http: ['server/test/integration/http/*.test.ts'],
  domains: ['server/test/integration/{domains,keys}/*.test.ts'],
  // The one that is left out looks at what its process has loaded.
  providers: [
    'server/test/integration/{checks,webhooks}/*.test.ts',
    'server/test/integration/sending-providers/!(other-provider).test.ts',
    'server/test/faults/ses-faults.test.ts',
  ],
  publishing: ['server/test/integration/publishing/*.test.ts'],
  findings: ['server/test/integration/findings/*.test.ts'],
  more: ['server/test/integration/{domain-connect,keys-zone,mail}/*.test.ts'],
  database: ['server/test/integration/db/*.test.ts'],
  node: [
    'server/test/integration/node/{audit-log,bootstrap,command-line,failed-statements,metrics,secrets}.test.ts',
    'server/test/faults/removed-people.test.ts',
  ],
  // What the repository promises about itself.
  project: [
    'server/test/integration/docs/{help,links}.test.ts',
    'server/test/integration/node/{capacity,generated-docs,security-table,supply-chain}.test.ts',
  ],
  // Tables of cases, without a database.
  rules: [
    'dashboard/src/**/*.test.ts',
    'packages/sdk/src/**/*.test.ts',
    'server/src/**/*.test.ts',
    'server/test/support/**/*.test.ts',
  ],
  // Those that are left out wait at their top level, for keys that their cases are made of.
  conformance: [
    'server/test/conformance/!(dkim-record).test.ts',
    'server/test/conformance/differential/!(dkim|proof).test.ts',
  ],
};

/**
 * Names the files for the test runner: for each group one in `folder`, and those that stay apart.
 * @param given patterns; without any, all files but those of other commands. A file that is named without `*`, `{` or `!` stays apart.
 * @param part `heavy` or `e2e`: the files of that command
 * @param turn which part of those that take turns; all parts where it is left out
 */
export function chooseTestFiles(root, folder, { given, part, turn }) {
  const find = (patterns) => globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).sort();
  const isPattern = (text) => /[*{!]/.test(text);
  const heavy = find([...HEAVY, ...HEAVY_BY_TURNS.flat()]);
  if (part === 'heavy' && turn === undefined) return heavy;
  if (part === 'heavy') return find([...HEAVY, ...HEAVY_BY_TURNS[turn % HEAVY_BY_TURNS.length]]);
  const named = given.filter((text) => !isPattern(text));
  const elsewhere = new Set([...heavy, ...(part === 'e2e' ? [] : find(END_TO_END))]);
  const found = find(given.length > 0 ? given.filter(isPattern) : part === 'e2e' ? END_TO_END : ALL_TESTS).filter(
    (file) => given.length > 0 || !elsewhere.has(file),
  );
  const left = new Set(found.filter((file) => !named.includes(file)));
  const groups = Object.entries(GROUPS).flatMap(([name, patterns], index) => {
    const files = [...left].filter((file) => patterns.some((pattern) => matchesGlob(file, pattern)));
    for (const file of files) left.delete(file);
    if (files.length < 2) return files;
    // The runner sorts them by name.
    const path = join(folder, `${String(index).padStart(2, '0')}-${name}.test.mjs`);
    writeFileSync(path, writeGroup(root, files));
    return [path];
  });
  return [...groups, ...left, ...named];
}

/**
 * Each file becomes a suite, so that its hooks are its own. `require` runs a module before it comes back, and so while the suite
 * listens; therefore no test file may wait at its top level: that belongs into `before`.
 */
function writeGroup(root, files) {
  const suites = files.map(
    (file) => `describe(${JSON.stringify(file)}, () => void require(${JSON.stringify(join(root, file))}));`,
  );
  return `import { createRequire } from 'node:module';
import { describe } from 'node:test';

const require = createRequire(import.meta.url);
${suites.join('\n')}
`;
}
