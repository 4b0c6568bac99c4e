import { describeLeftOut } from '../../core/domain-connect/left-out-words.ts';
import { CONNECT_REASONS } from '../../core/domain-connect/reasons.ts';
import type { SetupLinkObject, SetupOffer as SetupOfferObject } from '../../wire/setup-link.ts';
import type { SetupLink } from '../domain-connect/setup-link.ts';
import type { SetupOffer } from '../ports.ts';

/** Formats what a link would bring. */
export function formatOffer({ provider, chosen, reason, isSupported }: SetupOffer): SetupOfferObject {
  return {
    supported: isSupported,
    provider,
    groups: [...chosen.groups],
    leftOut: chosen.leftOut.map(({ group, ...why }) => ({
      group,
      reasonCode: why.code,
      message: describeLeftOut(why),
    })),
    reasonCode: reason,
    message: reason && CONNECT_REASONS[reason],
  };
}

/** Formats a link, with what it brings; the order of the keys is part of the contract. */
export function formatSetupLink({ offer, url }: SetupLink): SetupLinkObject {
  const { supported, provider, ...rest } = formatOffer(offer);
  return { supported, provider, url, ...rest };
}
