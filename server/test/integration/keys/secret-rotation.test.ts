import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rotateSecrets } from '../../../src/cli/commands/secrets.ts';
import { createOutput } from '../../../src/cli/output.ts';
import { createSecretBox } from '../../../src/crypto/secret-box.ts';
import { dkimKeyContext, sealKey } from '../../../src/services/node/key-sealing.ts';
import { introduceSecretKey, requireMatchingSecretKey } from '../../../src/services/projects/bootstrap.ts';
import { readSigningKeys } from '../../../src/services/signing/signing-keys.ts';
import { createTestApp, shareKeys, TEST_SECRET_KEY, type TestApp } from '../../support/app.ts';
import { testUserEnvironment } from '../../support/test-user.ts';

const CLI = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const OLD = TEST_SECRET_KEY;
const NEW = Buffer.alloc(32, 9).toString('base64');
const BOTH = `${NEW},${OLD}`;
const KEYS = 4_000;

let first: TestApp;
const nodes: TestApp[] = [];
before(async () => {
  first = await createTestApp(import.meta.url);
  for (let count = 0; count < 2; count += 1)
    nodes.push(await createTestApp(import.meta.url, { beside: first, variables: { SECRET_KEY: BOTH } }));
});
after(async () => {
  for (const node of nodes) await node.close();
  await first.close();
});

test('all keys are sealed anew while two nodes add and sign, though the command is killed in the middle: only the new secret key opens them then', async () => {
  await requireMatchingSecretKey(first.ctx);
  await introduceSecretKey(first.ctx);
  const { id } = await first.addDomain('example.com');
  await addRetiredKeys(id);
  const refused = await run();
  assert.equal(refused.code, 1);
  assert.match(refused.output, /No node is using the secret key/);

  // Two nodes that start at once.
  await Promise.all(
    nodes.map(async ({ ctx }) => {
      await requireMatchingSecretKey(ctx);
      await introduceSecretKey(ctx);
    }),
  );
  let isOver = false;
  let served = 0;
  const serving = nodes.map(async (node, at) => {
    for (; !isOver; served += 1) {
      const added = await node.addDomain(`d${served}-${at}.example.net`, first.key);
      for (const domainId of [id, added.id]) {
        const { keys } = await readSigningKeys(node.ctx, first.project.id, domainId);
        assert.equal(keys.length, 1);
      }
    }
  });

  const killed = start();
  await once(killed.stderr ?? assert.fail(), 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const left = await countSealedWith(createSecretBox(OLD).keyId);
  assert.ok(left > 0, 'it was killed in the middle');

  const { code, output } = await run();
  isOver = true;
  await Promise.all(serving);
  assert.equal(code, 0, output);
  assert.match(output, /Remove the old keys from AUTOSEND_SECRET_KEY/);
  for (const key of [OLD, NEW]) assert.ok(!output.includes(key));
  assert.ok(served > 0);

  assert.equal(await countSealedWith(createSecretBox(OLD).keyId), 0);
  const rows = await first.query<{ id: string; private_key_sealed: Buffer }>(
    'SELECT id, private_key_sealed FROM dkim_keys',
  );
  assert.ok(rows.length > KEYS);
  const [oldBox, newBox] = [createSecretBox(OLD), createSecretBox(NEW)];
  for (const row of rows) {
    assert.ok(newBox.open(row.private_key_sealed, dkimKeyContext(row.id)).length > 0);
    assert.throws(() => oldBox.open(row.private_key_sealed, dkimKeyContext(row.id)));
  }
  assert.deepEqual(await first.query('SELECT id, stage FROM secret_keys'), [{ id: newBox.keyId, stage: 'active' }]);
  await requireMatchingSecretKey({ ...first.ctx, secretBox: newBox });
  await assert.rejects(requireMatchingSecretKey(first.ctx), new RegExp(`${newBox.keyId}.*${oldBox.keyId}`));
});

test('a key that is revoked while it is sealed anew stays without its private half', async () => {
  const { ctx } = nodes[0] as TestApp;
  await first.query("UPDATE dkim_keys SET private_key_sealed = '', revoked_at = now() WHERE stage = 'retired'");
  const { code, output } = await run();
  assert.equal(code, 0, output);
  assert.equal(
    (await first.query("SELECT 1 FROM dkim_keys WHERE stage = 'retired' AND private_key_sealed <> ''")).length,
    0,
  );
  await requireMatchingSecretKey(ctx);
});

test('an embedded installation makes its new key itself, keeps both until the service has started with it, and then the new one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-secret-'));
  const file = join(folder, 'secret.key');
  const printed: string[] = [];
  const output = createOutput(false, {
    writeResult: (text) => void printed.push(text),
    writeError: () => undefined,
  });
  const call = rotateSecrets.parse(['secrets', 'rotate']);
  const node = nodes[0] as TestApp;
  try {
    await call.run(node.ctx, output, { secretKey: NEW, secretKeyFolder: folder });
    const secretKey = (await readFile(file, 'utf8')).trim();
    const [made = '', ...others] = secretKey.split('\n');
    assert.deepEqual(others, [NEW]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.match(printed.join(), /restart the service/);

    const secretBox = createSecretBox(secretKey);
    const ctx = { ...node.ctx, secretBox };
    const again = () => call.run(ctx, output, { secretKey, secretKeyFolder: folder });
    await assert.rejects(again, /No node is using the secret key/);
    assert.equal((await readFile(file, 'utf8')).trim(), secretKey);
    await introduceSecretKey(ctx);
    await again();
    assert.equal(await readFile(file, 'utf8'), `${made}\n`);
    assert.equal(await countSealedWith(secretBox.keyId), await countSealed());
    assert.ok(printed.every((text) => !text.includes(made) && !text.includes(NEW)));
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function addRetiredKeys(domainId: string): Promise<void> {
  const pair = await (await shareKeys()).take();
  const rows = Array.from({ length: KEYS }, () => sealKey(first.ctx, pair, 'rsa-2048', first.clock.now()));
  await first.query(
    `INSERT INTO dkim_keys (id, domain_id, domain_name, selector, algorithm, public_key, private_key_sealed, secret_key_id, stage, created_at)
     SELECT id, $1, 'example.com', 's' || id, 'rsa-2048', $2, sealed, $3, 'retired', now() FROM unnest($4::text[], $5::bytea[]) AS k (id, sealed)`,
    [
      domainId,
      pair.publicKey,
      first.ctx.secretBox.keyId,
      rows.map(({ id }) => id),
      rows.map(({ privateKeySealed }) => privateKeySealed),
    ],
  );
}

async function countSealedWith(keyId: string): Promise<number> {
  return (await first.query("SELECT 1 FROM dkim_keys WHERE secret_key_id = $1 AND private_key_sealed <> ''", [keyId]))
    .length;
}

async function countSealed(): Promise<number> {
  return (await first.query("SELECT 1 FROM dkim_keys WHERE private_key_sealed <> ''")).length;
}

function start(): ChildProcess {
  return spawn(process.execPath, [CLI, 'secrets', 'rotate'], {
    env: {
      PATH: process.env.PATH,
      ...testUserEnvironment,
      AUTOSEND_DATABASE_URL: first.databaseUrl,
      AUTOSEND_SECRET_KEY: BOTH,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(): Promise<{ code: number | null; output: string }> {
  const child = start();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}
