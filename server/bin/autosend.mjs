#!/usr/bin/env node
// The command line: runs server/src/cli/main.ts with the same runtime as npm start, in the caller's folder.
import { join } from 'node:path';
import { runProgram } from '../../scripts/run-child.mjs';
import { prepareRuntime } from '../../scripts/runtime.mjs';

// `mta export` waits for the disk with every key file: what waits side by side is written in one go.
process.env.UV_THREADPOOL_SIZE ??= '64';

const main = join('server', 'src', 'cli', 'main.ts');
runProgram(prepareRuntime(), main, process.argv.slice(2), { cwd: process.cwd() });
