// npm run screenshots: takes the pictures that the documents show, in both themes, into docs/images/.
import { join } from 'node:path';
import { buildDashboard } from './build-dashboard.mjs';
import { runProgram } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

const FILES = ['pages', 'connections', 'publish', 'auto-publish'].map(
  (part) => `server/test/e2e/dashboard-${part}.test.ts`,
);
const node = prepareRuntime({ withDevelopment: true });
if (!buildDashboard(ROOT, node)) process.exit(1);
process.env.AUTOSEND_SCREENSHOTS = join(ROOT, 'docs', 'images');
runProgram(node, join('scripts', 'run-tests.mjs'), FILES, { withTests: true });
