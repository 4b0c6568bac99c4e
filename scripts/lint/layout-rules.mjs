// The layout of the server, as docs/architecture.md draws it. scripts/check-layout.mjs holds the code against it.

/** What may be imported by whatever calls use cases. */
const AROUND_USE_CASES = ['core', 'wire', 'dns', 'crypto', 'db', 'providers', 'services'];

/** The folders of server/src, and what each may import. What no folder of the list may import is handed in by compose.ts. */
export const LAYERS = {
  core: [],
  wire: ['core'],
  dns: ['core'],
  crypto: ['core'],
  system: ['core'],
  config: ['core', 'crypto', 'db'],
  db: ['core', 'system'],
  providers: ['core'],
  delivery: ['core'],
  services: ['core', 'wire', 'dns', 'crypto', 'db', 'providers', 'delivery'],
  http: AROUND_USE_CASES,
  jobs: AROUND_USE_CASES,
  // The command line is an entry of its own: it composes what main.ts composes.
  cli: [...AROUND_USE_CASES, 'compose.ts', 'config.ts', 'leave-root.ts', 'storage.ts'],
  // Files of server/src itself.
  '': [
    ...AROUND_USE_CASES,
    'delivery',
    'http',
    'jobs',
    'compose.ts',
    'config',
    'config.ts',
    'leave-root.ts',
    'check-threads.ts',
    'serve.ts',
    'shutdown.ts',
    'storage.ts',
    'system',
  ],
};

/** What the dashboard may import of the server: shapes and pure rules. */
export const DASHBOARD_IMPORTS = ['core', 'wire'];

/** The SDK as a product imports it. */
export const SDK_PACKAGE = 'autosend-domains';

/** Layers that may import the SDK: /mcp and the commands that need only the API are built on its client. */
export const SDK_USERS = ['http', 'cli'];

/** Layers whose rooms (folders) must form no circle either, so that each can be read after those that it is built from. */
export const LAYERS_WITH_ROOMS = ['core', 'db', 'services'];

/** More files than this side by side, and nobody finds one by its name. Tests beside the code do not count. */
export const MAX_FILES_IN_FOLDER = 30;

/** Packages that one layer only may import. A pattern that ends with `/` stands for all that begins with it. */
export const OWNED_PACKAGES = [
  { packages: ['node:dgram', 'node:dns', 'dns-packet'], layer: 'dns', why: 'Only dns/ opens DNS sockets.' },
  { packages: ['pg', 'drizzle-orm', 'drizzle-orm/'], layer: 'db', why: 'Only db/ speaks SQL.' },
  {
    packages: ['node:https', 'nodemailer'],
    layer: 'delivery',
    why: 'Only delivery/ sends to addresses that users name.',
  },
  { packages: ['marked'], layer: 'http', why: 'Only http/docs/ renders documents.' },
  { packages: ['@aws-sdk/'], layer: 'providers', why: 'Only providers/ speaks to sending providers.' },
];

/** What core/ may not import: it is pure. */
export const IMPURE_PACKAGES = [
  'node:fs',
  'node:fs/promises',
  'node:net',
  'node:http',
  'node:https',
  'node:crypto',
  'node:timers',
  'node:timers/promises',
  'node:child_process',
  'node:worker_threads',
];
