// npm start: installs what is missing, builds the dashboard if its source changed, then serves on the pinned Node.js.
import { join } from 'node:path';
import { buildDashboard } from './build-dashboard.mjs';
import { runProgram } from './run-child.mjs';
import { prepareRuntime, ROOT } from './runtime.mjs';

const node = prepareRuntime();
// The API is worth having without its pages: the reason has been printed, and the service starts.
buildDashboard(ROOT, node);
// Left to itself, V8 lets the heap grow to several times of what is in use before it looks what is free: a busy node held
// 430 MB of which 60 were in use, and holds half of it with these. Dockerfile has them too.
// The same of the C library, which would keep free memory apart for each thread.
process.env.MALLOC_ARENA_MAX ??= '2';
const HEAP_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=40'];
runProgram(node, join('server', 'src', 'main.ts'), process.argv.slice(2), { before: HEAP_FLAGS });
