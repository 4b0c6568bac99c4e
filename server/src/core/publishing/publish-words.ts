import type { DnsProviderFault } from './dns-provider.ts';
import type { PublishReason } from './retry.ts';

const WORDS: Readonly<Record<Exclude<PublishReason, DnsProviderFault>, string>> = {
  no_connection: 'No DNS connection can write to this zone. Add one, or publish the records yourself.',
  no_zone:
    "We couldn't find out which zone this domain is in. Either its name servers didn't answer, or it isn't registered.",
  needs_consent: 'Existing records are in the way. Decide what to do about them.',
};

/** Says why records couldn't be published, where it isn't a provider that said so (`words.ts`). */
export function describePublishReason(reason: keyof typeof WORDS): string {
  return WORDS[reason];
}
