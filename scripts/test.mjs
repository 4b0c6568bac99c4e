// npm test [-- file ...]: installs what is missing, builds the dashboard if its source changed, then runs the tests on the pinned Node.js.
import { join } from 'node:path';
import { buildDashboard } from './build-dashboard.mjs';
import { runProgram } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

const node = prepareRuntime({ withDevelopment: true });
if (!buildDashboard(ROOT, node)) process.exit(1);
runProgram(node, join('scripts', 'run-tests.mjs'), process.argv.slice(2), { withTests: true });
