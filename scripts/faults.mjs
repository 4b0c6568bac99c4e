// npm run faults [-- name ...]: installs what is missing, then runs the rows of faults in full on the pinned Node.js.
import { join } from 'node:path';
import { buildDashboard } from './build-dashboard.mjs';
import { runProgram } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

const node = prepareRuntime({ withDevelopment: true });
if (!buildDashboard(ROOT, node)) process.exit(1);
runProgram(node, join('server', 'test', 'faults', 'run.ts'), process.argv.slice(2), { withTests: true });
