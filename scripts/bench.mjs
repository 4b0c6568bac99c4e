// npm run bench [-- name ...]: installs what is missing, then measures on the pinned Node.js.
import { join } from 'node:path';
import { runAsThis } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

runAsThis(prepareRuntime({ withDevelopment: true }), [
  join(ROOT, 'scripts', 'run-bench.mjs'),
  ...process.argv.slice(2),
]);
