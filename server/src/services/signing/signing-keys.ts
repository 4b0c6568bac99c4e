import type { KeyObject } from 'node:crypto';
import { type DomainId, type DomainName, isId, type ProjectId } from '../../core/ids.ts';
import type { VerificationStatus } from '../../core/lifecycle/status.ts';
import type { KeyAlgorithm } from '../../core/records/dkim-key.ts';
import { findSigner } from '../../db/queries/dkim-keys.ts';
import type { Context } from '../context.ts';
import { domainNotFound } from '../domains/domains.ts';
import { dkimKeyContext } from '../node/key-sealing.ts';

/** A key that mail is signed with now. The private half stays in this process. */
export interface SigningKey {
  readonly selector: string;
  readonly algorithm: KeyAlgorithm;
  /** What stands in `p=`. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** A domain as a signer sees it. */
export interface Signer {
  readonly id: DomainId;
  readonly name: DomainName;
  readonly status: VerificationStatus;
  /** The active keys, RSA first. */
  readonly keys: readonly SigningKey[];
}

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
