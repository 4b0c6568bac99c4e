import type { SetupOffer } from '../../api/domains.ts';

/** Whether the DNS provider adds records that are missing, once its customer agrees. */
export function hasOffer(offer: SetupOffer | undefined): offer is SetupOffer & { provider: { name: string } } {
  return offer?.supported === true && offer.provider !== null && offer.groups.length > 0;
}
