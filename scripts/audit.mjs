// npm run audit [-- --if-offered]: fails on known vulnerabilities, high and above, and where it could not be found out.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { ROOT } from './runtime.mjs';

/** A registry answers so that has no audits at all, as many mirrors do: no fault of this run, and none that another run would mend. */
const NOT_OFFERED = /\b(404|405|501)\b/;

/**
 * Judges what `npm audit --json` printed.
 * @param isOptional whether a registry without audits is let pass; one that fails never is
 */
export function judgeAudit(text, { isOptional }) {
  const { metadata, vulnerabilities = {}, message, statusCode } = readJson(text);
  if (!metadata?.vulnerabilities) {
    const reason = message ?? 'it printed no JSON';
    const isOffered = !NOT_OFFERED.test(String(statusCode ?? message));
    return {
      lines: [`NOT AUDITED: ${isOffered ? 'the audit failed' : 'this registry has no audits'} (${reason}).`],
      exitCode: isOptional && !isOffered ? 0 : 1,
    };
  }
  const { high, critical, total } = metadata.vulnerabilities;
  const grave = Object.values(vulnerabilities).filter(({ severity }) => severity === 'high' || severity === 'critical');
  return {
    lines: [
      `npm audit: ${critical} critical, ${high} high, ${total} in all`,
      ...grave.map(({ name, severity, range }) => `  ${severity}: ${name} ${range}`),
    ],
    exitCode: high + critical > 0 ? 1 : 0,
  };
}

function readJson(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { stdout } = spawnSync('npm', ['audit', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const { lines, exitCode } = judgeAudit(stdout, { isOptional: process.argv.includes('--if-offered') });
  for (const line of lines) console.log(line);
  process.exitCode = exitCode;
}
