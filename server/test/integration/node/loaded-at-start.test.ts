import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const SERVE = new URL('../../../src/serve.ts', import.meta.url).href;

/** What is needed at the first request of its kind, if ever. */
const LATER = [
  '@aws-sdk',
  '@fastify/swagger',
  '@modelcontextprotocol',
  '@simplewebauthn',
  '@zxcvbn-ts',
  'ajv',
  'mailauth',
  'marked',
  'nodemailer',
  'openid-client',
  'yaml',
];

test('a start loads nothing that only some requests need: no SDK of a provider, no documentation, no undici', async () => {
  const program = `
    const loaded = [];
    process.getBuiltinModule('node:module').registerHooks({
      load(url, context, next) {
        loaded.push(url);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(SERVE)});
    const packages = loaded.flatMap((url) => url.match(/(?<=node_modules\\/)(?:@[^/]+\\/)?[^/]+(?!.*node_modules)/) ?? []);
    const undici = process.moduleLoadList.filter((name) => name.includes('undici'));
    console.log(JSON.stringify([...new Set(packages), ...undici]));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const loaded = JSON.parse(stdout) as string[];
  assert.ok(loaded.includes('fastify') && loaded.includes('zod'), stdout);
  const early = loaded.filter((name) => name.includes('undici') || LATER.some((later) => name.startsWith(later)));
  assert.deepEqual(early, []);
});
