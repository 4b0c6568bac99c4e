import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createDkimKey } from '../server/src/crypto/dkim-keys.ts';
import { sql } from '../server/src/db/drizzle.ts';
import { createDomain } from '../server/src/services/domains/domains.ts';
import { dkimKeyContext } from '../server/src/services/node/key-sealing.ts';
import { createProject } from '../server/src/services/projects/projects.ts';
import { startBenchService } from './bench-service.ts';
import { type BenchOptions, boundAbove, type Row, showNumber } from './figure.ts';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../server/src/cli/main.ts', import.meta.url));
const DOMAINS = 100_000;
const MAX_SECONDS = 60;
const INSERT_AT_ONCE = 1_000;

/** The keys and tables of 100,000 verified domains, written from nothing for OpenDKIM by the command line, every file synced; then once more with nothing to change. One run. */
export async function measureExport(_options: BenchOptions): Promise<Row[]> {
  const service = await startBenchService();
  const folder = await mkdtemp(join(tmpdir(), 'autosend-bench-export-'));
  try {
    const { ctx } = service;
    const project = await createProject(ctx, ctx.db, { name: 'bench' });
    const { id } = await createDomain(ctx, project, { domain: 'example.com' });
    // The same key for all: what is measured is opening and writing it, not making it.
    const { privateKeyDer } = await createDkimKey();
    for (let from = 1; from < DOMAINS; from += INSERT_AT_ONCE) {
      const ids = Array.from({ length: Math.min(INSERT_AT_ONCE, DOMAINS - from) }, (_, at) =>
        (from + at).toString(16).padStart(24, '0'),
      );
      const sealed = ids.map(
        (keyId) => `\\x${ctx.secretBox.seal(privateKeyDer, dkimKeyContext(keyId)).toString('hex')}`,
      );
      await ctx.db.execute(sql`
        insert into domains (id, project_id, name, region_key, record_settings, ownership_token, status, state, created_at, last_checked_at)
        select n.id, project_id, 'd' || n.id || '.example', region_key, record_settings, ownership_token, status, state, created_at, last_checked_at
        from domains, jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as n (id) where domains.id = ${id}`);
      await ctx.db.execute(sql`
        insert into dkim_keys (id, domain_id, domain_name, selector, algorithm, public_key, private_key_sealed, secret_key_id, stage, created_at)
        select n.id, n.id, 'd' || n.id || '.example', 'autosend', 'rsa-2048', public_key, n.sealed::bytea, secret_key_id, 'active', created_at
        from dkim_keys, rows from (jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb), jsonb_array_elements_text(${JSON.stringify(sealed)}::jsonb)) as n (id, sealed)
        where dkim_keys.domain_id = ${id}`);
    }
    await ctx.db.execute(sql`update domains set status = 'VERIFIED'`);
    await ctx.db.execute(sql`analyze`);
    const measure = async () => {
      const startedAt = performance.now();
      const { stdout } = await run(
        process.execPath,
        [CLI, 'mta', 'export', '--format', 'opendkim', '--out', folder, '--json'],
        {
          // As the launcher of the command line sets it.
          env: {
            AUTOSEND_DATABASE_URL: service.databaseUrl,
            AUTOSEND_SECRET_KEY: service.secretKey,
            UV_THREADPOOL_SIZE: '64',
          },
        },
      );
      const { domains } = JSON.parse(stdout) as { domains: number };
      if (domains !== DOMAINS) throw new Error(`${domains} domains were exported.`);
      return (performance.now() - startedAt) / 1000;
    };
    const first = await measure();
    const again = await measure();
    return [boundAbove(`export of ${DOMAINS}`, first, 's', MAX_SECONDS), showNumber('export, nothing new', again, 's')];
  } finally {
    await rm(folder, { recursive: true });
    await service.close();
  }
}
