import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { readSecretFile } from './secret-file.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autosend-secret-'));
});
after(() => rm(folder, { recursive: true }));

async function write(name: string, text: string, mode = 0o600): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

test('the end of the line is not part of a secret, everything else is', async () => {
  for (const end of ['', '\n', '\r\n', '\n\n'])
    assert.deepEqual(readSecretFile(await write('line', ` a b ${end}`)), { text: ' a b ' });
});

test('a secret that others may read or write is refused with the command that closes it; one that a group may read is not', async () => {
  for (const mode of [0o644, 0o604, 0o602, 0o620, 0o666])
    assert.match(
      JSON.stringify(readSecretFile(await write('open', 'x', mode))),
      /is open to others \(mode 06.*chmod 600/,
    );
  for (const mode of [0o400, 0o440, 0o600, 0o640])
    assert.deepEqual(readSecretFile(await write(`closed${mode}`, 'x', mode)), { text: 'x' });
});

test('a file that is empty, too long or not there is told', async () => {
  const problem = (file: string) => (readSecretFile(file) as { problem: string }).problem;
  assert.equal(problem(await write('empty', '\n')), 'is empty.');
  assert.equal(problem(await write('long', 'x'.repeat(70_000))), 'is too long for a secret.');
  assert.equal(problem(join(folder, 'nowhere')), 'cannot be read (ENOENT).');
});

test('every secret of the configuration also comes in a file, and only secrets do', async () => {
  const url = 'postgresql://autosend:password@db.example.com/autosend?sslmode=verify-full';
  const apiKey = `as_${'k'.repeat(40)}`;
  const config = parseConfig({
    AUTOSEND_SECRET_KEY_FILE: await write('key', `${SECRET}\n`),
    AUTOSEND_DATABASE_URL_FILE: await write('url', `${url}\n`),
    AUTOSEND_BOOTSTRAP_API_KEY_FILE: await write('api-key', `${apiKey}\n`),
  });
  assert.deepEqual([config.secretKey, config.databaseUrl, config.bootstrapApiKey], [SECRET, url, apiKey]);
  assert.throws(() => parseConfig({ AUTOSEND_PORT_FILE: '/x' }), /AUTOSEND_PORT_FILE isn't a known setting/);
});

test('a secret that is set twice, or whose file is wrong, stops the start, names the variable and shows nothing of it', async () => {
  const file = await write('wrong', `nonsense ${SECRET}\n`);
  const cases: [Record<string, string>, RegExp][] = [
    [{ AUTOSEND_SECRET_KEY_FILE: file, AUTOSEND_SECRET_KEY: SECRET }, /_KEY_FILE and AUTOSEND_SECRET_KEY are both set/],
    [{ AUTOSEND_SECRET_KEY_FILE: '/nowhere' }, /AUTOSEND_SECRET_KEY_FILE: \/nowhere cannot be read/],
    [{ AUTOSEND_SECRET_KEY_FILE: file }, /AUTOSEND_SECRET_KEY must be 32 bytes/],
    [{ AUTOSEND_DATABASE_URL_FILE: file }, /AUTOSEND_DATABASE_URL must be a URL/],
  ];
  for (const [environment, message] of cases)
    assert.throws(
      () => parseConfig(environment),
      (error) => error instanceof AppError && message.test(error.message) && !error.message.includes('nonsense'),
    );
});
