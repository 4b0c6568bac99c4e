// npm run setup: installs and builds all that a start needs, so that the service itself may run where it can write nothing.
import { buildDashboard } from './build-dashboard.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

const node = prepareRuntime();
if (!buildDashboard(ROOT, node)) process.exit(1);
console.log(`Ready to run on ${node}`);
