import { encode } from 'dns-packet';
import type { FaultContext } from '../../support/dns/dns-server-faults.ts';
import type { ZoneRecord, ZoneSetup } from '../../support/dns/dns-server-zones.ts';
import { type FindingCase, shownBy } from '../../support/dns/findings.ts';

/** CNAMEs from each name to the next. */
function chain(...names: readonly string[]): ZoneRecord[] {
  return names.slice(1).map((value, index) => ({ name: names[index] ?? '', type: 'CNAME', value }));
}

const OWNERSHIP = '_autosend-verify.example.com';

/** The answer, and a CNAME in it beside the records. */
function withAlias({ normal }: FaultContext): Buffer[] {
  const alias = { name: OWNERSHIP, type: 'CNAME', ttl: 300, data: 'www.example.net' } as const;
  return [encode({ ...normal, answers: [alias, ...(normal.answers ?? [])] })];
}

const KEY = 'autosend._domainkey.example.com';
const hops = (count: number) => Array.from({ length: count }, (_, n) => `c${n}.example.com`);

/** The zone as it is published, and what a validating resolver says of its signatures. */
const signed = (records: readonly ZoneRecord[], dnssec: 'signed' | 'bogus'): ZoneSetup => ({
  nameservers: [1, 2].map((n) => ({ name: `ns${n}.example.com`, address: `127.0.0.${10 + n}` })),
  records,
  dnssec,
});

/** What a failed answer shows all the same. */
export const CAUSES: readonly FindingCase[] = [
  {
    code: 'cname_beside_record',
    at: 'ownership',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ name: OWNERSHIP, type: 'TXT' }, { messages: withAlias });
      },
      finding: {
        code: 'cname_beside_record',
        severity: 'error',
        title: 'A CNAME shares its name with another record',
        detail:
          '`_autosend-verify.example.com` has a CNAME to `www.example.net`, and also TXT "autosend-verify-TOKEN". A name with a CNAME can’t have any other record, so mail receivers may find either one.',
        fix: 'Delete the CNAME record `_autosend-verify` that points to `www.example.net`. Keep the TXT record, which is right.',
        evidence: shownBy(OWNERSHIP, 'CNAME', ['www.example.net']),
      },
    },
    nearMiss: {
      what: 'the name is a CNAME alone',
      arrange: ({ publish, without }) =>
        publish([...without('ownership'), { name: OWNERSHIP, type: 'CNAME', value: 'www.example.com' }]),
      codes: ['cname_dangling'],
    },
  },
  {
    code: 'cname_loop',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, without }) => publish([...without('dkim'), ...chain(KEY, 'a.example.com', KEY)]),
      finding: {
        code: 'cname_loop',
        severity: 'error',
        title: 'CNAMEs point to each other in a loop',
        detail:
          'These CNAMEs lead back to where they started: `autosend._domainkey.example.com` → `a.example.com` → `autosend._domainkey.example.com`. No record can be found there.',
        fix: 'Delete the CNAME record `autosend._domainkey`. Then add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: [
          { name: 'autosend._domainkey.example.com', type: 'CNAME', value: 'a.example.com', server: 'ns1.example.com' },
          { name: 'a.example.com', type: 'CNAME', value: 'autosend._domainkey.example.com', server: 'ns1.example.com' },
        ],
      },
    },
    nearMiss: {
      what: 'one name is gone through by two records, each to its end',
      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('dkim', 'mail_from_mx', 'mail_from_spf'),
          ...chain(KEY, 'a.example.com', 'b.example.com'),
          ...chain('asend.example.com', 'a.example.com'),
          { name: 'b.example.com', type: 'TXT', value: domain.dnsRecords.dkim.value },
          { name: 'b.example.com', type: 'MX', value: domain.dnsRecords.mailFrom[0].value },
        ]),
      codes: [],
    },
  },
  {
    code: 'cname_chain_too_long',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, without }) => publish([...without('dkim'), ...chain(KEY, ...hops(10))]),
      finding: {
        code: 'cname_chain_too_long',
        severity: 'error',
        title: 'Too many CNAMEs in a row',
        detail:
          'More than eight CNAMEs follow one another: `autosend._domainkey.example.com` → `c0.example.com` → `c1.example.com` → `c2.example.com` → …. Resolvers give up before they reach a record.',
        fix: 'Delete the CNAME record `autosend._domainkey`. Then add a TXT record with the name `autosend._domainkey` and the full value (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: [
          {
            name: 'autosend._domainkey.example.com',
            type: 'CNAME',
            value: 'c0.example.com',
            server: 'ns1.example.com',
          },
          { name: 'c0.example.com', type: 'CNAME', value: 'c1.example.com', server: 'ns1.example.com' },
          { name: 'c1.example.com', type: 'CNAME', value: 'c2.example.com', server: 'ns1.example.com' },
        ],
      },
    },
    nearMiss: {
      what: 'eight CNAMEs lead to the key',
      arrange: ({ publish, without, domain }) =>
        publish([
          ...without('dkim'),
          ...chain(KEY, ...hops(8)),
          { name: 'c7.example.com', type: 'TXT', value: domain.dnsRecords.dkim.value },
        ]),
      codes: [],
    },
  },
  {
    code: 'zone_expired',
    at: 'zone',
    mistake: {
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        for (const address of ['127.0.0.11', '127.0.0.12']) dns.fault({ address }, 'servfail-expired');
      },
      finding: {
        code: 'zone_expired',
        severity: 'error',
        title: 'A name server has lost your records',
        detail:
          '`ns1.example.com` (127.0.0.11) says that it has no valid copy of your records. `ns2.example.com` (127.0.0.12) says that it has no valid copy of your records.',
        fix: 'Ask your DNS provider why `ns1.example.com` and `ns2.example.com` no longer have a valid copy of the zone `example.com`.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the server fails and does not say why',
      arrange: ({ publish, shown, dns }) => {
        publish(shown);
        dns.fault({ address: '127.0.0.12' }, 'servfail');
      },
      codes: ['nameserver_unreachable'],
    },
  },
  {
    code: 'dnssec_bogus',
    at: 'zone',
    mistake: {
      arrange: ({ dns, shown }) => dns.setZone('example.com', signed(shown, 'bogus')),
      finding: {
        code: 'dnssec_bogus',
        severity: 'error',
        title: 'DNSSEC validation fails',
        detail:
          '`example.com` is signed with DNSSEC, but its signatures don’t match its records. Resolvers that validate reject its answers, so mail receivers see no records either. Nothing has been changed.',
        fix: 'Re-sign the zone `example.com` at your DNS provider, or remove its DS record at your registrar.',
        evidence: [],
      },
    },
    nearMiss: {
      what: 'the zone is signed as it should be',
      arrange: ({ dns, shown }) => dns.setZone('example.com', signed(shown, 'signed')),
      codes: [],
    },
  },
];
