import type { Database } from '../../db/client.ts';
import { readInstallationId } from '../../db/queries/provider-identities.ts';
import type { Context } from '../context.ts';

/** It never changes while the database lives. */
const known = new WeakMap<Database, string>();

/** Reads the id of this installation, which stands for the organization of the documented service. */
export async function readOrganizationId(ctx: Pick<Context, 'db' | 'randomBytes'>): Promise<string> {
  const id = known.get(ctx.db) ?? (await readInstallationId(ctx.db, ctx.randomBytes(12).toString('hex')));
  known.set(ctx.db, id);
  return id;
}
