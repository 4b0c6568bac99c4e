import { excerptOf, excerptsOf } from '../../../src/core/answers/quote-found.ts';
import type { FailureFacts, FindingCode, FindingFacts } from '../../../src/core/judgement/observation.ts';

const found = excerptOf('v=x; what was found');
const long = excerptOf('x'.repeat(400));
const several = excerptsOf(['one', 'two', 'three', 'four']);
const suggestion = 'v=spf1 include:example.net mx ~all';

/** Where a DKIM record that is a CNAME leads to. */
const CNAME_TARGET = 'autosend2.60d5ec49f1b2c72d9c8b2222.dkim.operator.example';

/** A name server that was silent. */
export const SILENT: FailureFacts = {
  server: 'ns2.example.com',
  address: '192.0.2.2',
  via: 'authoritative',
  reason: 'timeout',
  failure: { kind: 'silent', transport: 'udp', step: { at: 'record' } },
};

/** A resolver of ours that refused. */
export const REFUSING_RESOLVER: FailureFacts = {
  server: '10.0.0.53',
  address: '10.0.0.53',
  via: 'recursive',
  reason: 'refused',
  failure: { kind: 'error_code', rcode: 'REFUSED', step: { at: 'record' } },
};

/** Facts of every shape for every code: a code without a sample does not compile. */
export const SAMPLE_FACTS: { readonly [C in FindingCode]: readonly FindingFacts[C][] } = {
  record_missing: [{}, { wasFound: true }],
  published_at_doubled_name: [
    { name: 'x.example.com.example.com' },
    { name: 'x.example.com.example.com', found: long, value: 'replaced' },
    { name: 'x.example.com.example.com', found },
  ],
  published_at_apex: [{ name: 'example.com' }, { name: 'example.com', found, value: 'kept' }],
  published_without_subdomain: [{ name: 'x.example.com' }],
  published_at_other_name: [{ name: 'y.example.com' }],
  published_as_other_type: [
    { type: 'CNAME', found },
    { type: 'SPF', found },
    { type: 'TXT', found: long },
    { type: 'A', found },
  ],
  value_mismatch: [
    { what: 'value', found: excerptsOf(['one']) },
    { what: 'value', found: several },
    { what: 'key_type', found, expected: 'rsa' },
    { what: 'key_type', found: excerptOf('RSA'), expected: 'rsa', isOurKey: true },
    { what: 'key_type', found: excerptOf('ed25519'), expected: 'rsa', isOurKey: true },
    { what: 'key', at: 12, found },
    { what: 'changed_key', at: 12, found, length: 391, of: 392 },
    { what: 'key_case' },
    { what: 'plus_lost', count: 1 },
    { what: 'plus_lost', count: 6 },
    { what: 'zone_file_line', found: long },
    { what: 'pem_armor', found: long },
    { what: 'separators', found: long },
    { what: 'pasted_twice', found: long },
    { what: 'tag_case', tag: excerptOf('P='), found: long },
    { what: 'text_before', text: excerptOf('- '), found: long },
    { what: 'odd_characters', characters: [0xfeff, 0x201c, 0x3000], found: long },
    { what: 'text_after_key', extra: 1 },
    { what: 'text_after_key', extra: 4 },
    { what: 'backslashes', found: long },
    { what: 'unreadable_key', problem: { what: 'no_key' }, found },
    { what: 'bare_key', expected: 'rsa' },
    { what: 'no_key_record', found: excerptsOf(['one']) },
    { what: 'no_key_record', found: several },
    { what: 'mail_server', found: excerptsOf(['one']) },
    { what: 'mail_server', found: several },
    { what: 'priority_in_host', found: excerptOf('10 mx.example.net') },
    {
      what: 'priority_in_host',
      found: excerptOf('10 mx.example.net.example.com'),
      isZoneAppended: true,
      others: several,
    },
    { what: 'text_around_host', found: excerptOf('mx.example.net ') },
    { what: 'text_around_host', found: excerptOf('"mx.example.net"'), others: excerptsOf(['mail.example.com']) },
    { what: 'no_spf_record', found },
  ],
  value_truncated: [
    { what: 'value', length: 32, of: 48, found },
    { what: 'record', length: 255, of: 410, found: long },
    { what: 'key', length: 237, of: 392 },
    { what: 'split', parts: 2 },
    { what: 'split', parts: 3 },
    { what: 'quoted_record', length: 255, of: 410, found: long },
  ],
  value_quoted: [{ found }],
  value_has_spaces: [{ found }, { found, characters: [0xa0] }],
  value_of_other_record: [
    { name: '_dmarc.example.com' },
    { name: '_dmarc.example.com', count: 2 },
    { name: '_dmarc.example.com', count: 3, isSpare: true },
  ],
  key_of_other_domain: [{ owner: 'shop.example.net' }, { owner: null }],
  key_replaced: [{}],
  multiple_records: [
    { found: excerptsOf(['one', 'two']) },
    { found: excerptsOf(['one', 'two']), others: excerptsOf(['one']) },
    { found: several, others: several },
    { found: excerptsOf(['one', 'one']), others: excerptsOf(['one']), isTwice: true },
  ],
  cname_beside_record: [
    { targets: ['www.example.com'], found: excerptsOf(['one']), isOurs: true },
    { targets: ['www.example.com'], found: several, isOurs: true },
    { targets: ['www.example.com'], found: several, isOurs: true, others: excerptsOf(['two']) },
    { targets: ['www.example.com'], found: several, isOurs: false },
    { targets: ['a.example.com', 'b.example.com'], found: excerptsOf([]), isOurs: false },
  ],
  cname_in_the_way: [{ target: 'www.example.com' }, { target: 'www.example.com', found: excerptsOf(['one']) }],
  cname_proxied: [{}, { addresses: excerptsOf(['192.0.2.1', '2001:db8::1']) }],
  cname_dangling: [
    { target: 'gone.example.com', isDirect: true },
    { target: 'gone.example.com', isDirect: false },
  ],
  cname_loop: [{ path: ['a.example.com', 'b.example.com', 'a.example.com'], isLonger: false }],
  cname_chain_too_long: [{ path: ['a.example.com', 'b.example.com'], isLonger: true }],
  wildcard_answer: [{}, { isBeforePublishing: true }],
  mx_extra: [
    { what: 'others', found: excerptsOf(['mail.example.com']) },
    { what: 'others', found: several },
    { what: 'repeated', count: 2, priorities: [10, 20] },
    { what: 'repeated', count: 3, priorities: [10, 20, 30] },
  ],
  mx_null: [{ isAlone: true }, { isAlone: false }, { isAlone: true, count: 2, others: several }],
  mx_target_has_zone_appended: [{ found }, { found, others: excerptsOf(['mail.example.com']) }],
  mx_priority_differs: [{ priority: 20 }],
  spf_multiple: [{ found: several }, { found: several, suggestion }],
  spf_syntax: [{ problem: { what: 'no_spf' } }, { problem: { what: 'no_spf' }, suggestion }],
  spf_too_many_lookups: [
    { what: 'circle', limit: 10, names: ['a.example.net', 'b.example.net'] },
    { what: 'circle', limit: 10, names: ['a.example.net'] },
    { what: 'lookups', limit: 10, term: found, domain: found },
    { what: 'void_lookups', limit: 2, terms: several },
    { what: 'mail_servers', limit: 10, term: found, count: 11 },
  ],
  spf_mechanism_missing: [
    { mechanism: 'include:example.net', found },
    { mechanism: 'include:example.net', found, qualifier: '~', suggestion },
  ],
  spf_mechanism_after_all: [{ mechanism: 'include:example.net', found, suggestion }],
  spf_mechanism_not_reached: [{ mechanism: 'include:example.net', term: found, found, suggestion }],
  spf_allows_everyone: [{ found, suggestion }],
  dkim_testing_flag: [{}],
  dkim_revoked: [{}],
  dkim_weak_key: [{ bits: 1024, ourBits: 2048 }],
  dkim_service_excluded: [{ found }],
  dkim_key_form: [{}],
  dkim_key_unpadded: [{ missing: 1 }, { missing: 2 }],
  dkim_record_too_long: [{ length: 1500, limit: 1024 }],
  dkim_tag_refused: [
    { tag: 's', found },
    { tag: 'h', found },
    { tag: 'g', found },
  ],
  dkim_hash_excluded: [{ found }],
  dkim_cname_wrong_target: [
    { target: 'www.example.com', expected: CNAME_TARGET },
    { target: `${CNAME_TARGET}.example.com`, expected: CNAME_TARGET, isZoneAppended: true },
  ],
  dkim_cname_one_of_two: [{ other: 'autosend1._domainkey.example.com', expected: CNAME_TARGET }],
  dkim_cname_replaced: [{ found: excerptOf('v=DKIM1; k=rsa; p=MIIB'), expected: CNAME_TARGET }],
  dkim_cname_flattened: [{ expected: CNAME_TARGET }],
  dkim_target_empty: [{ target: CNAME_TARGET }],
  dkim_target_outdated: [{ target: CNAME_TARGET }],
  dmarc_invalid: [
    { problem: { what: 'no_policy' }, found },
    { problem: { what: 'no_policy' }, found, parent: '_dmarc.parent.example' },
    { problem: { what: 'no_policy' }, found, isNone: true },
    { problem: { what: 'no_policy' }, found, isNone: true, parent: '_dmarc.parent.example' },
    { problem: { what: 'odd_characters', characters: [0xa0] }, found, applied: '_dmarc.parent.example' },
  ],
  dmarc_multiple: [
    { found: excerptsOf(['one', 'two']) },
    { found: several },
    { found: several, applied: '_dmarc.parent.example' },
    { parent: '_dmarc.parent.example' },
  ],
  dmarc_report_address_invalid: [
    { why: 'no_mailto', isAlone: true, found },
    { why: 'space', isAlone: false, found },
    { why: 'other', isAlone: true, found },
  ],
  dmarc_at_parent: [{ parent: '_dmarc.parent.example', found }],
  dmarc_no_reporting: [{ found }],
  dmarc_external_reports_not_authorised: [
    { host: 'reports.example.net', name: 'example.com._report._dmarc.reports.example.net' },
  ],
  nameservers_disagree: [
    { verified: { names: ['ns1.example.com'], count: 1 }, missing: { names: ['ns2.example.com'], count: 1 } },
    { conflicting: { names: ['ns1.example.com'], count: 1 }, mismatched: { names: ['ns2.example.com'], count: 3 } },
  ],
  nameserver_lame: [SILENT, { ...SILENT, isDelegated: true }, { ...SILENT, isDelegated: false }],
  answered_without_authority: [
    { names: ['ns1.example.com'], count: 1 },
    { names: ['ns1.example.com'], count: 2 },
  ],
  nameserver_without_tcp: [
    { names: ['ns1.example.com'], count: 1 },
    { names: ['ns1.example.com', 'ns2.example.com'], count: 2 },
  ],
  nameserver_not_public: [
    { names: ['ns1.example.com'], count: 1 },
    { names: ['ns1.example.com', 'ns2.example.com'], count: 2 },
  ],
  nameserver_unreachable: [SILENT],
  no_nameserver_answered: [{ failures: [SILENT], count: 1 }],
  resolver_unanswered: [{ failures: [REFUSING_RESOLVER], count: 1 }],
  referenced_name_unanswered: [
    { what: 'names', names: [] },
    { what: 'names', names: ['_spf.example.net'] },
    { what: 'target', target: 'key.example.net', failures: [SILENT], count: 1 },
  ],
  domain_not_registered: [
    { domain: 'example.com', registry: 'com' },
    { domain: 'example', registry: '' },
  ],
  delegation_missing: [
    { zone: 'example.com', servers: [] },
    { zone: 'example.com', servers: ['ns1.example.com'] },
    { zone: '_domainkey.example.com', servers: ['ns1.example.com', 'ns2.example.com'] },
  ],
  zone_expired: [
    { failures: [SILENT], count: 1 },
    { failures: [SILENT], count: 2 },
  ],
  ns_records_outdated: [
    { zone: 'example.com', outdated: ['ns1.oldhost.net'], delegated: ['ns1.example.com'] },
    { zone: 'example.com', outdated: [], delegated: ['ns1.example.com', 'ns2.example.com'] },
  ],
  soa_not_answered: [{ zone: 'example.com', servers: ['ns1.example.com'] }],
  zone_not_served: [{ zone: 'example.com', servers: ['ns1.example.com', 'ns2.example.com'] }],
  dnssec_bogus: [{ zone: 'example.com' }],
  negative_cache: [
    { what: 'resolvers', until: '2026-01-15T12:05:00.000Z' },
    { what: 'validator', until: '2026-01-15T12:10:00.000Z' },
  ],
  conflict_before_publishing: [
    { what: 'cname', target: 'www.example.com' },
    { what: 'key', found },
    { what: 'mail_server', found: excerptsOf(['mail.example.com']) },
    { what: 'mail_server', found: several },
    { what: 'null_mx' },
    { what: 'null_mx', others: excerptsOf(['mail.example.com']) },
    { what: 'spf', found, suggestion },
    { what: 'dmarc', found, isStricter: true },
    { what: 'dmarc', found, isStricter: false },
  ],
};
