// npm run screenshots: takes a picture of every page, in both themes and two widths, into docs/images/.
import { join } from 'node:path';
import { buildDashboard } from './build-dashboard.mjs';
import { runProgram } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

const node = prepareRuntime({ withDevelopment: true });
if (!buildDashboard(ROOT, node)) process.exit(1);
process.env.AUTOSEND_SCREENSHOTS = join(ROOT, 'docs', 'images');
const pages = ['pages', 'provider'].map((name) => `server/test/e2e/dashboard-${name}.test.ts`);
runProgram(node, join('scripts', 'run-tests.mjs'), pages, { withTests: true });
