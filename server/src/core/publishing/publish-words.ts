import type { PublishReason } from './retry.ts';

const WORDS: Readonly<Record<PublishReason, string>> = {
  unauthorized: 'The DNS provider refused the credentials of the connection. Replace them.',
  forbidden: 'The credentials of the connection may read this zone but not change its records.',
  no_such_zone: 'The credentials of the connection reach no zone with this name.',
  changed: 'Someone else was changing the same records.',
  quota: "The plan of the DNS provider's account allows no more records.",
  refused_record: "The DNS provider doesn't accept one of the records.",
  throttled: 'The DNS provider is limiting how often we may ask.',
  clock_off: "The DNS server refused the signature because the two clocks differ. Check this server's clock.",
  unavailable: 'The DNS provider is having problems.',
  unreachable: "The DNS provider didn't respond.",
  tls_failed: "The DNS provider's certificate isn't valid.",
  address_refused: "The connection leads to an address that isn't allowed.",
  bad_answer: 'The DNS provider gave an answer that makes no sense.',
  no_connection: 'No DNS connection can write this zone. Add one, or publish the records by hand.',
  no_zone: "DNS didn't say which zone this domain is in.",
  needs_consent: 'Records that are already there are in the way. Decide what happens to them.',
};

/** Says why records couldn't be published. */
export function describePublishReason(reason: PublishReason): string {
  return WORDS[reason];
}
