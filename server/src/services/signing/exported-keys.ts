import type { DomainName, ProjectId } from '../../core/ids.ts';
import { listSigningKeys, readSealedKeys, type SigningKeyRow } from '../../db/queries/dkim-keys.ts';
import { noteAction } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { dkimKeyContext } from '../node/key-sealing.ts';

/** A key with its private half, for whoever signs outside this process. */
export interface ExportedKey extends SigningKeyRow {
  /** PKCS#8 in PEM. */
  readonly privateKey: string;
}

/** Whose keys: a project's, and of those the domains' with these names where they are given. */
export interface KeyScope {
  readonly projectId: ProjectId;
  readonly names?: readonly DomainName[];
}

/** Lists one page of the keys that mail is signed with now, by domain name; `next` is where the next page begins. */
export async function listExportableKeys(
  ctx: Pick<Context, 'db'>,
  page: Partial<KeyScope> & { readonly after?: DomainName; readonly limit: number },
): Promise<{ keys: SigningKeyRow[]; next: DomainName | null }> {
  const keys = await listSigningKeys(ctx.db, page);
  return { keys, next: keys.length === page.limit ? (keys.at(-1)?.domain ?? null) : null };
}

/** Finds those of these keys that mail is signed with now. */
export function findExportableKeys(
  ctx: Pick<Context, 'db'>,
  scope: KeyScope,
  keyIds: readonly string[],
): Promise<SigningKeyRow[]> {
  return listSigningKeys(ctx.db, { ...scope, keyIds, limit: keyIds.length });
}

/** Opens the private halves of keys, and notes in the audit log that they were given out; those that were deleted or revoked meanwhile are left out. */
export async function openExportedKeys(
  ctx: Pick<Context, 'db' | 'clock' | 'secretBox'>,
  projectId: ProjectId | null,
  keys: readonly SigningKeyRow[],
): Promise<ExportedKey[]> {
  const sealed = await readSealedKeys(
    ctx.db,
    keys.map(({ keyId }) => keyId),
  );
  const [first, last] = [keys[0]?.domain ?? null, keys.at(-1)?.domain ?? null];
  // Before any of them is out.
  if (keys.length > 0)
    await noteAction(ctx.db, ctx.clock.now(), {
      action: 'private_keys.exported',
      projectId,
      object: { kind: 'private_keys', id: null, name: first === last ? first : `${first} to ${last}` },
      after: { count: keys.length },
    });
  return keys.flatMap((key) => {
    const box = sealed.get(key.keyId);
    if (!box || box.length === 0) return [];
    const der = ctx.secretBox.open(box, dkimKeyContext(key.keyId));
    const privateKey = formatPem(der);
    der.fill(0);
    return [{ ...key, privateKey }];
  });
}

/** The textual form of a PKCS#8 key (RFC 7468 §10). What is sealed was proved when it was made; to parse it again would be most of the work. */
function formatPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}
