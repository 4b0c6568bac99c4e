import type { FindingCode } from '../judgement/observation.ts';

/** How much a finding matters: `error` keeps a record from counting, `warning` wants a check, `info` only tells. */
export type FindingSeverity = 'error' | 'warning' | 'info';

interface CatalogueEntry {
  readonly severity: FindingSeverity;
  /** What was seen when this is said, for `docs/verification.md`. */
  readonly seen: string;
}

/** Every finding there is, in the order of `verification.md` §5. A code means the same for ever: clients may switch on it. */
export const FINDINGS: Readonly<Record<FindingCode, CatalogueEntry>> = {
  record_missing: {
    severity: 'error',
    seen: 'there is nothing at the name, nor at any likely other one',
  },
  published_at_doubled_name: {
    severity: 'error',
    seen: 'the record is at its name with the zone’s name appended once more',
  },
  published_at_apex: {
    severity: 'error',
    seen: 'the record is at the name of the zone itself',
  },
  published_without_subdomain: {
    severity: 'error',
    seen: 'the domain is a subdomain, and the record is at the same label of a parent domain',
  },
  published_at_other_name: {
    severity: 'error',
    seen: 'the record is at a similar name, such as one without the underscore',
  },
  published_as_other_type: {
    severity: 'error',
    seen: 'the right text is in a CNAME, in a record of the obsolete type SPF, or, for the MX, in a TXT, CNAME or A record',
  },
  value_mismatch: {
    severity: 'error',
    seen: 'the record is there with a different value, and no more specific finding explains it',
  },
  value_truncated: {
    severity: 'error',
    seen: 'only a part of the value was published, or its parts as separate records',
  },
  value_quoted: {
    severity: 'error',
    seen: 'quotation marks are part of the value (a warning for ownership, where they do no harm)',
  },
  value_has_spaces: {
    severity: 'error',
    seen: 'there are spaces before or after the value (a warning for ownership, where they do no harm)',
  },
  value_of_other_record: {
    severity: 'error',
    seen: 'the value is that of another of the domain’s records',
  },
  key_of_other_domain: {
    severity: 'error',
    seen: 'the key is that of another domain in the same project',
  },
  key_replaced: {
    severity: 'error',
    seen: 'our key was here before, and now there is another valid one',
  },
  multiple_records: {
    severity: 'error',
    seen: 'there is more than one TXT record, of any kind, at the name of a DKIM key, where only one is allowed (RFC 6376 §3.6.2.2)',
  },
  cname_beside_record: {
    severity: 'error',
    seen: 'one name has a CNAME and other records, or several CNAMEs (RFC 1034 §3.6.2)',
  },
  cname_in_the_way: {
    severity: 'error',
    seen: 'the name is a CNAME, and its target doesn’t have the record either (RFC 1034 §3.6.2)',
  },
  cname_proxied: {
    severity: 'error',
    seen: 'instead of the record, the name has addresses of Cloudflare’s proxy (the orange cloud), or, where a DKIM record should be a CNAME, any addresses',
  },
  cname_dangling: {
    severity: 'error',
    seen: 'the name is a CNAME to a name that does not exist',
  },
  cname_loop: {
    severity: 'error',
    seen: 'CNAMEs lead back to a name they started from',
  },
  cname_chain_too_long: {
    severity: 'error',
    seen: 'more than eight CNAMEs follow one another',
  },
  wildcard_answer: {
    severity: 'error',
    seen: 'a `*` record of the zone answers for the name',
  },
  mx_extra: {
    severity: 'error',
    seen: 'the MAIL FROM domain has another mail server besides ours, or ours twice',
  },
  mx_null: {
    severity: 'error',
    seen: 'the MAIL FROM domain has a null MX (RFC 7505)',
  },
  mx_target_has_zone_appended: {
    severity: 'error',
    seen: 'the MX record names our mail server with the zone’s name appended',
  },
  mx_priority_differs: {
    severity: 'info',
    seen: 'the MX record is right but has a different priority, which makes no difference',
  },
  spf_multiple: {
    severity: 'error',
    seen: 'there is more than one SPF record, so receivers ignore all of them (RFC 7208 §4.5)',
  },
  spf_syntax: {
    severity: 'error',
    seen: 'the SPF record, or one that it includes, is not valid (RFC 7208 §4.6)',
  },
  spf_too_many_lookups: {
    severity: 'error',
    seen: 'evaluating it takes more than 10 look-ups, or more than 2 that find nothing (RFC 7208 §4.6.4)',
  },
  spf_mechanism_missing: {
    severity: 'error',
    seen: 'the SPF record doesn’t contain our mechanism, or doesn’t let it pass',
  },
  spf_mechanism_after_all: {
    severity: 'error',
    seen: 'our mechanism comes after `all`, where it is never reached (RFC 7208 §5.1)',
  },
  spf_mechanism_not_reached: {
    severity: 'error',
    seen: 'a term before our mechanism matches every sender, or so many addresses that ours may be among them',
  },
  spf_allows_everyone: {
    severity: 'error',
    seen: 'the SPF record says pass to any sender, or to more than a sixteenth of all addresses',
  },
  dkim_testing_flag: {
    severity: 'warning',
    seen: 'the key record has `t=y`',
  },
  dkim_revoked: {
    severity: 'error',
    seen: 'the key record has an empty `p=`',
  },
  dkim_weak_key: {
    severity: 'error',
    seen: 'the published key has fewer than 2048 bits (RFC 8301 §3.2)',
  },
  dkim_key_form: {
    severity: 'error',
    seen: 'the key is ours as an RSAPublicKey (PKCS#1, `MIIBCg…`), which some receivers reject',
  },
  dkim_key_unpadded: {
    severity: 'warning',
    seen: 'the key lacks a `=` at its end, which some receivers require (RFC 4648 §3.2)',
  },
  dkim_record_too_long: {
    severity: 'warning',
    seen: 'our key doesn’t end within the first 1,024 octets of the record, and some receivers read no more',
  },
  dkim_service_excluded: {
    severity: 'error',
    seen: 'the key record has an `s=` without `email` or `*`',
  },
  dkim_tag_refused: {
    severity: 'warning',
    seen: 'the key record has an `s=` with `email` among others, blanks in `h=`, or a `g=` from RFC 4871: valid, but some receivers reject it',
  },
  dkim_hash_excluded: {
    severity: 'error',
    seen: 'the key record has an `h=` without `sha256`',
  },
  dkim_cname_wrong_target: {
    severity: 'error',
    seen: 'DKIM is set up by CNAME, and the CNAME leads to a different name',
  },
  dkim_cname_one_of_two: {
    severity: 'error',
    seen: 'DKIM is set up by CNAME, and only one of the two records is there',
  },
  dkim_cname_replaced: {
    severity: 'error',
    seen: 'there is a TXT record instead of the CNAME, without the key that is needed',
  },
  dkim_cname_flattened: {
    severity: 'info',
    seen: 'the right key is at the name, but no CNAME: the provider resolves CNAMEs itself (flattening), or the key was entered by hand',
  },
  dkim_target_empty: {
    severity: 'error',
    seen: 'the CNAME is right, but there is nothing behind it: the keys zone is at fault, not the domain',
  },
  dkim_target_outdated: {
    severity: 'error',
    seen: 'the CNAME is right, but the key behind it is not the one needed: the keys zone is at fault, not the domain',
  },
  dmarc_invalid: {
    severity: 'error',
    seen: 'the DMARC record has no valid `p=`, or cannot be read (a warning where receivers apply `p=none`, the policy of a parent, or all of it but for the tags they can’t read)',
  },
  dmarc_multiple: {
    severity: 'error',
    seen: 'there is more than one DMARC record, so receivers ignore all of them (RFC 9989 §4.10; a warning where the policy of a parent applies)',
  },
  dmarc_at_parent: {
    severity: 'info',
    seen: 'the domain has no DMARC record of its own, and one of a parent applies to it',
  },
  dmarc_no_reporting: {
    severity: 'info',
    seen: 'the owner’s own policy has no `rua=` (never said about the record we suggest)',
  },
  dmarc_report_address_invalid: {
    severity: 'warning',
    seen: 'an entry in `rua=` isn’t an address that reports can be sent to: it lacks `mailto:`, contains a space or quotation marks, or comes after a semicolon',
  },
  dmarc_external_reports_not_authorised: {
    severity: 'warning',
    seen: 'reports go to another organization, which hasn’t published that it accepts them (RFC 9990)',
  },
  nameservers_disagree: {
    severity: 'warning',
    seen: 'some name servers have the record and others don’t, or they have different ones',
  },
  nameserver_lame: {
    severity: 'warning',
    seen: 'a server named by the zone or its delegation refuses, or answers that it doesn’t serve the zone',
  },
  answered_without_authority: {
    severity: 'warning',
    seen: 'a server answers without marking its answers as authoritative (AA), like a resolver entered as a name server',
  },
  nameserver_without_tcp: {
    severity: 'error',
    seen: 'an answer doesn’t fit into UDP, and the server can’t be reached over TCP (a warning where others answer)',
  },
  nameserver_not_public: {
    severity: 'error',
    seen: 'a name server has private addresses only (a warning where others answer)',
  },
  nameserver_unreachable: {
    severity: 'warning',
    seen: 'a server gave no usable answer, others did',
  },
  no_nameserver_answered: {
    severity: 'warning',
    seen: 'no server of the zone gave a usable answer; nothing is concluded from that',
  },
  resolver_unanswered: {
    severity: 'warning',
    seen: 'this service’s own resolvers were silent or refused, so no name server could be asked; nothing is concluded from that',
  },
  referenced_name_unanswered: {
    severity: 'warning',
    seen: 'an SPF include, or a parent that may hold the DMARC policy, could not be looked up, and it could decide; nothing is concluded from that',
  },
  domain_not_registered: {
    severity: 'error',
    seen: 'the name servers above the domain (such as those of `com`) don’t know the name: it isn’t registered, or has no name servers',
  },
  delegation_missing: {
    severity: 'error',
    seen: 'the registry knows the name, but it is delegated to no name server, or to none with an address',
  },
  zone_expired: {
    severity: 'error',
    seen: 'a server says that it is set up for the zone but has no valid data for it (RFC 8914 §4.25)',
  },
  ns_records_outdated: {
    severity: 'warning',
    seen: 'the zone’s own NS records name servers that don’t serve it, while the delegation names those that do',
  },
  soa_not_answered: {
    severity: 'warning',
    seen: 'a server answers for the record but not for the SOA or NS records of its zone',
  },
  zone_not_served: {
    severity: 'error',
    seen: 'every server that the zone is delegated to refuses to answer, or doesn’t serve it',
  },
  dnssec_bogus: {
    severity: 'error',
    seen: 'a validating resolver rejects the zone’s answers (RFC 4035 §5.5)',
  },
  negative_cache: {
    severity: 'info',
    seen: 'the record is live, but resolvers that asked earlier may remember for a while that it wasn’t (RFC 2308)',
  },
  conflict_before_publishing: {
    severity: 'warning',
    seen: 'before anything is published: a record that would conflict with ours, or a DMARC policy that makes ours unnecessary',
  },
};
