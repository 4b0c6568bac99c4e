import type { SeenIdentity, WantedIdentity } from './identity.ts';

/** One thing to do at SES. Each may be done again without harm. */
export type IdentityStep = 'create' | 'set_dkim' | 'enable_signing' | 'set_mail_from' | 'delete';

/**
 * How an identity stands when nothing is left to do: `ready`, SES found all it looks for; `checking`, SES is still looking;
 * `waiting`, an identity that others made goes on as it was until our records are seen; `key_too_long`, SES does not take
 * the key; `gone`, there is nothing of ours.
 */
export type IdentityRest = 'ready' | 'checking' | 'waiting' | 'key_too_long' | 'gone';

/** What to do, in order; with no steps, how it stands. */
export interface IdentityPlan {
  readonly steps: readonly IdentityStep[];
  readonly rest: IdentityRest;
}

/**
 * Compares the identity that is wanted with the one that SES has. Nothing is remembered of how it came about: a node that
 * died between two steps, a time-out after success and an identity that somebody changed are all the same comparison.
 * @param wanted null where no domain wants one
 * @param seen null where SES has none
 * @param known our installation, and the key that SES was last known to be given, which it does not tell
 */
export function planIdentity(
  wanted: WantedIdentity | null,
  seen: SeenIdentity | null,
  known: { readonly owner: string; readonly givenKeyId: string | null },
): IdentityPlan {
  if (wanted === null) {
    // One that others made stays: their mail may depend on it.
    const isOurs = seen?.owner === known.owner;
    return { steps: isOurs ? ['delete'] : [], rest: 'gone' };
  }
  if (!wanted.isKeyFit) return { steps: [], rest: 'key_too_long' };
  if (seen === null) return { steps: ['create', 'set_mail_from'], rest: 'checking' };

  const dkim = planDkim(wanted, seen, known.givenKeyId);
  const mailFrom = planMailFrom(wanted, seen);
  const steps: IdentityStep[] = [];
  if (dkim === 'set') steps.push('set_dkim');
  if (!seen.dkim.isEnabled) steps.push('enable_signing');
  if (mailFrom === 'set') steps.push('set_mail_from');
  if (dkim === 'wait' || mailFrom === 'wait') return { steps, rest: 'waiting' };
  const isReady = seen.dkim.status === 'SUCCESS' && seen.mailFrom.status === 'SUCCESS' && seen.isVerifiedForSending;
  return { steps, rest: isReady ? 'ready' : 'checking' };
}

type Part = 'keep' | 'set' | 'wait';

/** While SES looks for a new key it signs with none: what works is replaced only by a key that is in DNS. */
function planDkim(wanted: WantedIdentity, { dkim }: SeenIdentity, givenKeyId: string | null): Part {
  const isOurKey = dkim.isBrought && dkim.selector === wanted.selector && givenKeyId === wanted.keyId;
  // SES gives up after 72 hours, and checks again when it is given the key again.
  if (isOurKey) return dkim.status === 'FAILED' && wanted.isKeySeen ? 'set' : 'keep';
  const isWorking = dkim.isEnabled && dkim.status === 'SUCCESS';
  return isWorking && !wanted.isKeySeen ? 'wait' : 'set';
}

function planMailFrom(wanted: WantedIdentity, { mailFrom }: SeenIdentity): Part {
  if (mailFrom.domain === wanted.mailFromDomain)
    return mailFrom.status === 'FAILED' && wanted.isMailFromSeen ? 'set' : 'keep';
  return mailFrom.domain !== null && mailFrom.status === 'SUCCESS' && !wanted.isMailFromSeen ? 'wait' : 'set';
}
