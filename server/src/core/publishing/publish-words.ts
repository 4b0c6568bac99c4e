import type { DnsProviderFault } from './dns-provider.ts';
import type { PublishReason } from './retry.ts';

const WORDS: Readonly<Record<Exclude<PublishReason, DnsProviderFault>, string>> = {
  no_connection: 'No DNS connection can write this zone. Add one, or publish the records by hand.',
  no_zone:
    "We couldn't find out which zone this domain is in. Either its name servers didn't answer, or it isn't registered.",
  needs_consent: 'Records that are already there are in the way. Decide what happens to them.',
};

/** Says why records couldn't be published, where it isn't a provider that said so (`words.ts`). */
export function describePublishReason(reason: keyof typeof WORDS): string {
  return WORDS[reason];
}
