// Builds dist/: every module by the TypeScript compiler, with its types, and the MCP server in one file with the packages that
// only it needs, so that the package depends on nothing. "npm pack" calls it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const SDK = dirname(import.meta.dirname);
const ROOT = dirname(dirname(SDK));
const out = process.argv[2] ?? join(SDK, 'dist');

rmSync(out, { recursive: true, force: true });
// The compiler of the whole project: the one beside this package is there for openapi-typescript alone.
const compiler = join(
  dirname(createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json')),
  'bin',
  'tsc',
);
execFileSync(process.execPath, [compiler, '-p', join(SDK, 'tsconfig.json'), '--outDir', out], { stdio: 'inherit' });

// One file takes the place of those.
rmSync(join(out, 'mcp'), { recursive: true });
const bundle = await rolldown({
  input: join(SDK, 'src', 'mcp', 'stdio.ts'),
  platform: 'node',
  external: [/^node:/],
  logLevel: 'warn',
});
await bundle.write({ file: join(out, 'mcp', 'stdio.js'), format: 'esm', comments: { legal: true } });
if (out === join(SDK, 'dist')) copyFileSync(join(ROOT, 'LICENSE'), join(SDK, 'LICENSE'));
