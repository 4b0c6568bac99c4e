import { isId, type ProjectId } from '../../core/ids.ts';
import { findSigner } from '../../db/queries/dkim-keys.ts';
import type { Context } from '../context.ts';
import { domainNotFound } from '../domains/domains.ts';
import { dkimKeyContext } from '../node/key-sealing.ts';
import type { Signer } from '../ports.ts';

/**
 * Reads a domain's state and opens its active keys, as one statement saw them: signing moves from one key to the next in
 * one step.
 * @throws AppError NOT_FOUND
 */
export async function readSigningKeys(
  ctx: Pick<Context, 'db' | 'openedKeys'>,
  projectId: ProjectId,
  id: string,
): Promise<Signer> {
  const signer = isId(id) ? await findSigner(ctx.db, projectId, id) : null;
  if (!signer) throw domainNotFound();
  const keys = signer.keys.map(({ id: keyId, selector, algorithm, publicKey, privateKeySealed }) => {
    const privateKey = ctx.openedKeys.open(keyId, privateKeySealed, dkimKeyContext(keyId));
    return { selector, algorithm, publicKey, privateKey };
  });
  return { ...signer, keys };
}
