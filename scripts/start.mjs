// npm start: installs what is missing, builds the dashboard if its source changed, then serves on the pinned Node.js.
import { join } from 'node:path';
import { buildDashboard } from './build-dashboard.mjs';
import { runAsThis } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

const node = prepareRuntime();
// The API is worth having without its pages: the reason has been printed, and the service starts.
buildDashboard(ROOT, node);
runAsThis(node, [join(ROOT, 'server', 'src', 'main.ts'), ...process.argv.slice(2)]);
