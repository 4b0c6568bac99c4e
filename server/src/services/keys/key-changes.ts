import { AppError } from '../../core/errors.ts';
import { isId, type ProjectId } from '../../core/ids.ts';
import type { Db } from '../../db/db.ts';
import type { StoredDomain } from '../../db/queries/domains.ts';
import * as table from '../../db/queries/domains.ts';
import type { Context } from '../context.ts';
import { domainNotFound } from '../domains/domains.ts';
import { inTimeOf } from '../test-mode/test-mode.ts';
import { type DomainKey, listDomainKeys } from './domain-keys.ts';

/** A domain and all its keys, newest first. */
export interface DomainKeys {
  readonly domain: StoredDomain;
  readonly keys: readonly DomainKey[];
}

/** One of a domain's keys, with all of them. */
export interface DomainWithKey extends DomainKeys {
  readonly key: DomainKey;
}

/** Runs a change of keys under the lock of the domain's row, so that no other node moves them meanwhile. @throws AppError NOT_FOUND */
export async function changeKeys<T>(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  change: (tx: Db, before: DomainKeys, now: Date) => Promise<T>,
): Promise<T> {
  return ctx.db.transaction(async (tx) => {
    const domain = isId(domainId) ? await table.lockDomain(tx, projectId, domainId) : null;
    if (!domain) throw domainNotFound();
    const { clock } = await inTimeOf(ctx, domain, tx);
    return change(tx, { domain, keys: await listDomainKeys(tx, domain) }, clock.now());
  });
}

/** Picks a key by its selector, in any case. @throws AppError NOT_FOUND */
export function pickKey({ keys }: DomainKeys, selector: string): DomainKey {
  const key = keys.find((each) => each.selector === selector.toLowerCase());
  if (!key) throw new AppError('NOT_FOUND', 'This domain has no DKIM key with this selector.');
  return key;
}
