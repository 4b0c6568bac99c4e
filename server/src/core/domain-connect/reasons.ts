/** Why a domain can't be set up by a link, each with a sentence for people. */
export const CONNECT_REASONS = {
  not_configured: 'This service has no Domain Connect template.',
  test_domain: 'A test domain has no DNS provider.',
  key_not_published: "The public key for the links of this service isn't in DNS, or DNS has another one.",
  zone_not_found: "The zone that holds the domain couldn't be found.",
  lookup_failed: "Name servers didn't answer, so it isn't known whether a link would work. Try again in a few minutes.",
  no_record: "The domain's DNS provider doesn't say that it takes Domain Connect.",
  bad_record: "The domain's _domainconnect record doesn't name a server that may be asked.",
  not_here: "The domain's _domainconnect record names a DNS provider that doesn't hold the zone.",
  unreachable: "The DNS provider's Domain Connect server didn't answer, or may not be asked.",
  bad_settings: "The DNS provider's Domain Connect server answered with something other than its settings.",
  no_sync_flow: 'The DNS provider takes Domain Connect, but not by a link.',
  provider_not_listed: "The DNS provider's pages aren't among those that this service sends people to.",
  template_not_onboarded: "The DNS provider doesn't know this service's template yet.",
  template_not_ours: "The DNS provider has another template in place of this service's own.",
  nothing_to_add: 'There is nothing for a link to add: the records are there, or something else is in their place.',
} as const satisfies Record<string, string>;

/** Why a domain can't be set up by a link. */
export type ConnectReason = keyof typeof CONNECT_REASONS;

/** All of them, for the wire. */
export const CONNECT_REASON_CODES = Object.keys(CONNECT_REASONS) as [ConnectReason, ...ConnectReason[]];
