// npm test [-- file ...]: installs what is missing, then runs the tests on the pinned Node.js.
import { join } from 'node:path';
import { runAsThis } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

runAsThis(prepareRuntime({ withDevelopment: true }), [
  join(ROOT, 'scripts', 'run-tests.mjs'),
  ...process.argv.slice(2),
]);
