import { keyBitsOf } from '../../core/records/dkim-key.ts';
import { buildDnsRecords } from '../../core/records/records.ts';
import type { WantedIdentity } from '../../core/sending-providers/identity.ts';
import type { ProviderKey } from '../../core/sending-providers/sending-provider.ts';
import type * as table from '../../db/queries/provider-identities.ts';
import type { Context } from '../context.ts';
import { dkimKeyContext } from '../node/key-sealing.ts';

/** The domain that an identity stands for, with its active key. */
export type IdentityDomain = NonNullable<Awaited<ReturnType<typeof table.findIdentityDomain>>>;

/** Says what the identity of a domain should be. */
export function describeWanted({ name }: table.StoredIdentity, domain: IdentityDomain): WantedIdentity {
  const { key, recordSettings } = domain;
  const { selector, publicKey } = key;
  const records = buildDnsRecords({ domainName: name, ownershipToken: '', selector, publicKey, ...recordSettings });
  return {
    keyId: key.id,
    selector,
    keyBits: keyBitsOf(key.algorithm) ?? 0,
    mailFromDomain: records.mail_from_mx.name,
    // A successor becomes active only when it was seen, which may be before the domain's own check.
    isKeySeen: domain.dkimEnabled || key.publishedAt !== null,
    isMailFromSeen: domain.mailFromEnabled,
  };
}

/** Opens the key of a domain for a provider. It goes into one call, and nowhere else. */
export function openProviderKey(ctx: Pick<Context, 'secretBox'>, { key }: IdentityDomain): ProviderKey {
  const der = ctx.secretBox.open(key.privateKeySealed, dkimKeyContext(key.id));
  const privateKey = der.toString('base64');
  der.fill(0);
  return { selector: key.selector, privateKey };
}
