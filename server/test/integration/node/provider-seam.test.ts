import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** Where the name of a sending provider may stand: its adapter, its rules, the configuration, and where both are joined. */
const ALLOWED = ['server/src/providers/', 'server/src/core/ses/', 'server/src/compose.ts', 'server/src/config'];
/** The word alone or as a part of a name (`createSes`, `sesEndpoint`, `SES_ENDPOINT`), and not within another word. */
const NAME =
  /(?<![A-Za-z])ses(?![a-z])|(?<![A-Z])Ses(?![a-z])|(?<![A-Z])SES(?![A-Za-z])|(?<![A-Z])SES(?=[A-Z][a-z])|sesv2|awsRegion/;

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/'));
}

test('the name of a sending provider is known to its adapter, its rules and the configuration alone', () => {
  const files = [...listFiles(join(ROOT, 'server/src')), ...listFiles(join(ROOT, 'dashboard/src'))];
  assert.ok(files.length > 300, `only ${files.length} files were found`);
  const naming = files.filter((path) => NAME.test(readFileSync(join(ROOT, path), 'utf8')));
  assert.deepEqual(
    naming.filter((path) => !ALLOWED.some((place) => path.startsWith(place))),
    [],
  );
  // The pattern still finds what it looks for.
  for (const place of ALLOWED)
    assert.ok(
      naming.some((path) => path.startsWith(place)),
      place,
    );
});

test('the pattern finds names, and not words that hold the letters', () => {
  for (const text of [
    'createSes()',
    'SES_ENDPOINT',
    'sesEndpoint',
    "'ses'",
    'Amazon SES',
    'ctx.ses.get',
    'SesFault',
    'SESClient',
  ])
    assert.match(text, NAME);
  for (const text of ['uses', 'sessionId', 'useSession', 'SESSION', 'amazonses.com', 'addresses', 'Sessions'])
    assert.doesNotMatch(text, NAME);
});
