/*
 * The rules of Amazon SES behind the port of `sending-providers/`. `planIdentity` compares an identity with what
 * is wanted and lists the steps, `retry.ts` says how long to wait and how fast to go, `explain.ts` says in words
 * how SES and we differ, and `region-rules.ts` says what a region must be. Only `providers/ses/` uses them; calls
 * to SES are made there.
 */

import type { IdentityRest, KnownOfIdentity, SeenIdentity, WantedIdentity } from '../sending-providers/identity.ts';

/** The RSA keys that SES takes, in bits. */
const KEY_BITS = { min: 1024, max: 2048 };

/** One thing to do at SES. Each may be done again without harm. */
export type SesStep = 'create' | 'set_dkim' | 'enable_signing' | 'set_mail_from' | 'delete';

/** What to do, in order; with no steps, how it stands. */
export interface SesPlan {
  readonly steps: readonly SesStep[];
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
  known: KnownOfIdentity,
): SesPlan {
  if (wanted === null) {
    // One that others made stays: their mail may depend on it.
    const isOurs = seen?.owner === known.owner;
    return { steps: isOurs ? ['delete'] : [], rest: 'gone' };
  }
  if (wanted.keyBits < KEY_BITS.min || wanted.keyBits > KEY_BITS.max) return { steps: [], rest: 'key_too_long' };
  if (seen === null) return { steps: ['create', 'set_mail_from'], rest: 'checking' };

  const dkim = planDkim(wanted, seen, known.givenKeyId);
  const mailFrom = planMailFrom(wanted, seen);
  const steps: SesStep[] = [];
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
