// Part of npm run check: no arrow upwards, no circle, no crowded folder. The rules are in lint/layout-rules.mjs.
import { join } from 'node:path';
import { findFaults } from './lint/layout-faults.mjs';

const faults = findFaults(join(import.meta.dirname, '..'));
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(
    `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the layout: see docs/architecture.md.`,
  );
  process.exitCode = 1;
}
