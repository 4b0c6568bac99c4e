// npm run docs: installs what is missing, then writes the generated sections of docs/ on the pinned Node.js.
import { join } from 'node:path';
import { runAsThis } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

runAsThis(prepareRuntime({ withDevelopment: true }), [join(ROOT, 'server', 'docs', 'write.ts')]);
