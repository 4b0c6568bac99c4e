/** Why a domain can't be set up by a link, each with a sentence for people. */
export const CONNECT_REASONS = {
  not_configured: 'This service has no Domain Connect template.',
  test_domain: 'A test domain has no DNS provider.',
  key_not_published: "The public key that verifies links isn't in DNS, or a different one is.",
  zone_not_found: "The zone that the domain is in couldn't be found.",
  lookup_failed: "Name servers didn't answer, so we can't tell whether a link would work. Try again in a few minutes.",
  no_record: "The domain's DNS provider doesn't seem to support Domain Connect.",
  bad_record: "The domain's _domainconnect record doesn't name a server that may be contacted.",
  not_here: "The domain's _domainconnect record names a DNS provider that doesn't have the zone, or no longer does.",
  unreachable: "The DNS provider's Domain Connect server didn't respond, or may not be contacted.",
  asked_often: 'This service has contacted the DNS provider of this domain too often just now. Try again in a minute.',
  bad_settings: "The DNS provider's Domain Connect server responded with something other than its settings.",
  no_sync_flow: 'The DNS provider supports Domain Connect, but not through a link.',
  provider_not_listed: "The DNS provider's pages aren't among those that this service links to.",
  template_not_onboarded: "The DNS provider doesn't have this service's template yet.",
  template_not_ours: "The DNS provider has a different template under this service's name.",
  nothing_to_add: 'There is nothing to add: the records are there, or something else is in their place.',
} as const satisfies Record<string, string>;

/** Why a domain can't be set up by a link. */
export type ConnectReason = keyof typeof CONNECT_REASONS;

/** All of them, for the wire. */
export const CONNECT_REASON_CODES = Object.keys(CONNECT_REASONS) as [ConnectReason, ...ConnectReason[]];
