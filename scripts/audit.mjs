// npm run audit: fails on known vulnerabilities, high and above. A registry that answers no audits is told apart from one that found none.
import { spawnSync } from 'node:child_process';
import { ROOT } from './runtime.mjs';

const { stdout } = spawnSync('npm', ['audit', '--json'], {
  cwd: ROOT,
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const { metadata, vulnerabilities = {}, message } = readJson(stdout);
if (!metadata?.vulnerabilities) {
  console.log(`Not audited: the registry did not answer (${message ?? 'no JSON'}).`);
} else {
  const { high, critical, total } = metadata.vulnerabilities;
  console.log(`npm audit: ${critical} critical, ${high} high, ${total} in all`);
  for (const { name, severity, range } of Object.values(vulnerabilities))
    if (severity === 'high' || severity === 'critical') console.log(`  ${severity}: ${name} ${range}`);
  if (high + critical > 0) process.exitCode = 1;
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
