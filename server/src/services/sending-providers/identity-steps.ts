import { keyBitsOf } from '../../core/records/dkim-key.ts';
import { buildDnsRecords } from '../../core/records/records.ts';
import type { SesRegion } from '../../core/records/regions.ts';
import { SES_KEY_BITS, type WantedIdentity } from '../../core/ses/identity.ts';
import type { IdentityStep } from '../../core/ses/plan.ts';
import type * as table from '../../db/queries/provider-identities.ts';
import type { SesAnswer, SesKey } from '../../providers/ses.ts';
import type { Context } from '../context.ts';
import { dkimKeyContext } from '../node/key-sealing.ts';

/** The domain that an identity stands for, with its active key. */
type IdentityDomain = NonNullable<Awaited<ReturnType<typeof table.findIdentityDomain>>>;

/** Says what the identity of a domain should be. */
export function describeWanted({ name }: table.StoredIdentity, domain: IdentityDomain): WantedIdentity {
  const { key, recordSettings } = domain;
  const { selector, publicKey } = key;
  const records = buildDnsRecords({ domainName: name, ownershipToken: '', selector, publicKey, ...recordSettings });
  const bits = keyBitsOf(key.algorithm) ?? 0;
  return {
    keyId: key.id,
    selector,
    isKeyFit: bits >= SES_KEY_BITS.min && bits <= SES_KEY_BITS.max,
    mailFromDomain: records.mail_from_mx.name,
    // A successor becomes active only when it was seen, which may be before the domain's own check.
    isKeySeen: domain.dkimEnabled || key.publishedAt !== null,
    isMailFromSeen: domain.mailFromEnabled,
  };
}

/** A step, and what it is taken for. */
interface StepInput {
  readonly step: IdentityStep;
  readonly domain: IdentityDomain | null;
  readonly wanted: WantedIdentity | null;
  readonly owner: string;
}

/** Takes one step at SES. The private key is opened for the call, and goes nowhere else. */
export async function takeStep(
  ctx: Context,
  { awsRegion }: SesRegion,
  { name }: table.StoredIdentity,
  { step, domain, wanted, owner }: StepInput,
): Promise<SesAnswer<null>> {
  if (step === 'delete') return ctx.ses.delete(awsRegion, name);
  if (step === 'enable_signing') return ctx.ses.enableSigning(awsRegion, name);
  if (!domain || !wanted) throw new Error(`Nothing is wanted of ${name}, and the step is ${step}.`);
  if (step === 'set_mail_from') return ctx.ses.setMailFrom(awsRegion, name, wanted.mailFromDomain);
  const key = openKey(ctx, domain);
  return step === 'create' ? ctx.ses.create(awsRegion, name, key, owner) : ctx.ses.setDkim(awsRegion, name, key);
}

function openKey(ctx: Pick<Context, 'secretBox'>, { key }: IdentityDomain): SesKey {
  const der = ctx.secretBox.open(key.privateKeySealed, dkimKeyContext(key.id));
  return { selector: key.selector, privateKey: der.toString('base64') };
}
