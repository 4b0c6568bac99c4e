// npm start: installs what is missing, then serves on the pinned Node.js.
import { join } from 'node:path';
import { runAsThis } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

runAsThis(prepareRuntime(), [join(ROOT, 'server', 'src', 'main.ts'), ...process.argv.slice(2)]);
