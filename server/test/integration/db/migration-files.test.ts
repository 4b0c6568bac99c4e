import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { MIGRATIONS_FOLDER } from '../../../src/db/migrate.ts';
import { findBreakingStatements } from '../../support/db/migration-rules.ts';

/** All before it are of the time before the first release. */
const FIRST_OF_A_RELEASE = '0006';
const files = readdirSync(MIGRATIONS_FOLDER).filter((file) => file.endsWith('.sql'));
const read = (file: string) => readFileSync(join(MIGRATIONS_FOLDER, file), 'utf8');

describe('migrations', () => {
  it('none that is released breaks the version before it (docs/operations.md, "Upgrade")', () => {
    const found = files
      .filter((file) => file >= FIRST_OF_A_RELEASE)
      .flatMap((file) => findBreakingStatements(read(file)).map((statement) => `${file}: ${statement}`));
    assert.deepEqual(found, []);
  });

  it('of those before the first release, the ones that changed what was there are told from the ones that only added', () => {
    const changed = files.filter((file) => file < FIRST_OF_A_RELEASE && findBreakingStatements(read(file)).length > 0);
    assert.deepEqual(changed, ['0001_dkim_public_key.sql', '0003_dkim_key_stages.sql']);
  });

  for (const statement of [
    'DROP TABLE "domains"',
    'ALTER TABLE "domains" DROP COLUMN "attempts"',
    'ALTER TABLE "domains" RENAME COLUMN "attempts" TO "looks"',
    'ALTER TABLE "domains" RENAME TO "names"',
    'ALTER TABLE "domains" ALTER COLUMN "attempts" SET DATA TYPE bigint',
    'ALTER TABLE "domains" ALTER COLUMN "verified_at" SET NOT NULL',
    'ALTER TABLE "domains" ALTER COLUMN "attempts" DROP DEFAULT',
    'ALTER TABLE "domains" ADD COLUMN "note" text NOT NULL',
    'ALTER TABLE "domains" ADD COLUMN "note" text UNIQUE',
    'ALTER TABLE "domains" ADD COLUMN "note" text REFERENCES "projects"("id")',
    'ALTER TABLE "domains" ADD COLUMN "seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL',
    'ALTER TABLE "domains" ADD COLUMN "note" text, DROP COLUMN "attempts"',
    'ALTER TABLE "domains" ADD CONSTRAINT "domains_name" UNIQUE("name")',
    'CREATE INDEX "domains_name" ON "domains" USING btree ("name")',
    'CREATE INDEX CONCURRENTLY "domains_name" ON "domains" USING btree ("name")',
    'CREATE UNIQUE INDEX "domains_name" ON "domains" USING btree ("name")',
    'DROP INDEX "domains_due"',
    'UPDATE "domains" SET "attempts" = 0',
    'CREATE TABLE "notes" ("domain_id" text);\nDROP TABLE "domains";',
    '-- tidy\nDROP TABLE "domains"',
    '-- contract:\nDROP TABLE "domains"',
    'CREATE TABLE "notes" ("domain_id" text);--> statement-breakpoint\nALTER TABLE "notes" ADD CONSTRAINT "of" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE no action',
  ])
    it(`refused: ${statement.replaceAll('\n', ' ')}`, () => {
      assert.equal(findBreakingStatements(statement).length, 1);
    });

  for (const statement of [
    'ALTER TABLE "domains" ADD COLUMN "note" text',
    `ALTER TABLE "domains" ADD COLUMN "note" text DEFAULT 'none' NOT NULL;`,
    'ALTER TABLE "domains" ADD COLUMN "seen_at" timestamp (3) with time zone;',
    'ALTER TABLE "domains" ADD COLUMN "hash" "bytea"',
    'ALTER TABLE "domains" ADD COLUMN "looks" integer DEFAULT 0 NOT NULL',
    'CREATE TABLE "notes" (\n\t"id" text PRIMARY KEY NOT NULL\n);\n--> statement-breakpoint\nCREATE INDEX "notes_id" ON "notes" USING btree ("id");',
    'CREATE TABLE "notes" ("domain_id" text);--> statement-breakpoint\nALTER TABLE "notes" ADD CONSTRAINT "of" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade',
    '-- contract: nothing has read it since 0.2.0\nALTER TABLE "domains" DROP COLUMN "attempts";',
  ])
    it(`allowed: ${statement.replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(findBreakingStatements(statement), []);
    });
});
