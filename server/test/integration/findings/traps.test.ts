import { after, before, test } from 'node:test';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { checkTrap, type FindingsLab, startFindingsLab, type Trap } from '../../support/dns/findings.ts';

let lab: FindingsLab;
before(async () => {
  lab = await startFindingsLab(import.meta.url);
});
after(() => lab.close());

const MAIL_HOST = 'feedback-smtp.us-east-1.amazonses.com';
const cname = (name: string, value: string): ZoneRecord => ({ name, type: 'CNAME', value });
const txt = (name: string, value: string): ZoneRecord => ({ name, type: 'TXT', value });
const address = (name: string, value = '192.0.2.1'): ZoneRecord => ({ name, type: 'A', value });

/** Records that look like a mistake, and mistakes that look like another one: what is said, and with that what is not. */
const TRAPS: readonly Trap[] = [
  [
    'the obsolete type SPF',
    {
      arrange: ({ publish, without }) =>
        publish([
          ...without('mail_from_spf'),
          { name: 'asend.example.com', type: 'SPF', value: 'v=spf1 include:amazonses.com ~all' },
        ]),
    },
    { mail_from_spf: ['published_as_other_type'] },
  ],
  [
    'our mail server as a CNAME',
    {
      arrange: ({ publish, without }) => {
        publish([...without('mail_from_mx', 'mail_from_spf'), cname('asend.example.com', MAIL_HOST)]);
        publish([address(MAIL_HOST)], 'amazonses.com', ['ns1.amazonses.com']);
      },
    },
    { mail_from_mx: ['published_as_other_type'], mail_from_spf: ['cname_in_the_way'] },
  ],
  [
    'the address of our mail server as an A record',
    {
      arrange: ({ publish, without }) => {
        publish([...without('mail_from_mx'), address('asend.example.com', '192.0.2.7')]);
        publish([address(MAIL_HOST, '192.0.2.7')], 'amazonses.com', ['ns1.amazonses.com']);
      },
    },
    { mail_from_mx: ['published_as_other_type'] },
  ],
  [
    'a DMARC text at the top of the zone is not taken for that of a subdomain',
    {
      name: 'mail.example.com',
      arrange: ({ publish, without, domain }) =>
        publish([...without('dmarc'), txt('example.com', domain.dnsRecords.dmarc.value)], 'example.com'),
    },
    { dmarc: ['record_missing'] },
  ],
  [
    'a subdomain of a domain that is not registered',
    { name: 'mail.example.com', arrange: () => undefined },
    { zone: ['domain_not_registered'], ownership: [], dkim: [], mail_from_mx: [], mail_from_spf: [], dmarc: [] },
  ],
  [
    'reports to a subdomain of the same organization, with a size limit, need nobody’s leave',
    {
      arrange: ({ publish, instead }) =>
        publish(instead('dmarc', 'v=DMARC1; p=none; rua=mailto:dmarc@reports.example.com!10m')),
    },
    { dmarc: [] },
  ],
  [
    'reports to another organization, with a size limit',
    {
      arrange: ({ publish, instead }) => {
        publish(instead('dmarc', 'v=DMARC1; p=none; rua=mailto:dmarc@example.net!10m'));
        publish([], 'example.net');
      },
    },
    { dmarc: ['dmarc_external_reports_not_authorised'] },
  ],
  [
    'reports to another organization whose servers do not answer',
    {
      arrange: ({ publish, instead, dns }) => {
        publish(instead('dmarc', 'v=DMARC1; p=none; rua=mailto:dmarc@example.net'));
        publish([], 'example.net');
        dns.fault({ name: 'example.com._report._dmarc.example.net' }, 'servfail');
      },
    },
    { dmarc: [] },
  ],
  [
    'our mechanism written into the SPF record of the domain itself, in place of one for the MAIL FROM name',
    {
      arrange: ({ publish, without }) =>
        publish([
          ...without('mail_from_spf'),
          txt('example.com', 'v=spf1 include:_spf.example.net include:amazonses.com -all'),
        ]),
    },
    { mail_from_spf: ['published_at_apex'] },
  ],
  [
    'before publishing: a CNAME where the MAIL FROM records go',
    {
      check: 'survey',
      arrange: ({ publish }) => publish([cname('asend.example.com', 'www.example.com'), address('www.example.com')]),
    },
    {
      mail_from_mx: ['conflict_before_publishing'],
      mail_from_spf: ['conflict_before_publishing'],
      ownership: ['record_missing'],
    },
  ],
  [
    'before publishing: a key and a mail server of somebody else',
    {
      check: 'survey',
      arrange: ({ publish }) =>
        publish([
          txt('autosend._domainkey.example.com', 'v=DKIM1; p='),
          { name: 'asend.example.com', type: 'MX', value: 'mail.example.com' },
        ]),
    },
    { dkim: ['conflict_before_publishing'], mail_from_mx: ['conflict_before_publishing'] },
  ],
  [
    'before publishing: all five as shown, and nobody called verify: nothing says that ours must not be added',
    { check: 'survey', arrange: ({ publish, shown }) => publish(shown) },
    { ownership: [], dkim: [], mail_from_mx: [], mail_from_spf: [], dmarc: [] },
  ],
  [
    'before publishing: our key cut off, our mail server beside another, our SPF behind `all`: told as that',
    {
      check: 'survey',
      arrange: ({ publish, instead, without, domain }) =>
        publish([
          ...instead('dkim', domain.dnsRecords.dkim.value.slice(0, 255)).filter(
            ({ type, name }) => type === 'TXT' && !name.startsWith('asend'),
          ),
          ...without('ownership', 'dkim', 'mail_from_spf', 'dmarc'),
          { name: 'asend.example.com', type: 'MX', value: 'mail.example.com' },
          txt('asend.example.com', 'v=spf1 -all include:amazonses.com'),
        ]),
    },
    {
      dkim: ['value_truncated'],
      mail_from_mx: ['mx_extra'],
      mail_from_spf: ['spf_mechanism_after_all'],
      ownership: [],
      dmarc: [],
    },
  ],
  [
    'before publishing: our key with quotation marks',
    {
      check: 'survey',
      arrange: ({ publish, instead, domain }) => publish(instead('dkim', `"${domain.dnsRecords.dkim.value}"`)),
    },
    { dkim: ['value_quoted'] },
  ],
  [
    'before publishing: our key beside another text',
    {
      check: 'survey',
      arrange: ({ publish, instead, domain }) => publish(instead('dkim', domain.dnsRecords.dkim.value, 'x')),
    },
    { dkim: ['multiple_records'] },
  ],
  [
    'a changed copy of our key, after it was verified, is not called another key',
    {
      arrange: async ({ publish, shown, instead, verify, domain, dns }) => {
        publish(shown);
        await verify();
        const { value } = domain.dnsRecords.dkim;
        dns.setRecords('example.com', instead('dkim', value.replace('k=rsa', 'k=RSA')));
      },
    },
    { dkim: ['value_mismatch'] },
  ],
  [
    'an MX with the priority in the host field',
    {
      arrange: ({ publish, instead }) => publish(instead('mail_from_mx', `10\\032${MAIL_HOST}`)),
    },
    { mail_from_mx: ['value_mismatch'] },
  ],
  [
    'two records of its own below a parent with a policy: that one applies',
    {
      name: 'mail.example.com',
      arrange: ({ publish, instead }) =>
        publish(
          [
            ...instead('dmarc', 'v=DMARC1; p=none', 'v=DMARC1; p=reject'),
            txt('_dmarc.example.com', 'v=DMARC1; p=reject'),
          ],
          'example.com',
        ),
    },
    { dmarc: ['dmarc_multiple', 'dmarc_at_parent'] },
  ],
  [
    'before publishing: mail servers and text of a `*` record are in nobody’s way',
    {
      check: 'survey',
      arrange: ({ publish }) =>
        publish([
          { name: '*.example.com', type: 'MX', value: 'mail.example.com' },
          txt('*.example.com', 'v=spf1 -all'),
        ]),
    },
    { mail_from_mx: ['wildcard_answer'], mail_from_spf: ['wildcard_answer'] },
  ],
  [
    'an SPF record that leads to one that is not there: the record proposed with it would be just as wrong',
    {
      arrange: ({ publish, instead }) => publish(instead('mail_from_spf', 'v=spf1 include:_spf.example.com -all')),
    },
    { mail_from_spf: ['spf_syntax'] },
  ],
  [
    'servers that are wrong in different ways: that one of them has nothing is said with that',
    {
      arrange: ({ publish, without, instead, dns }) => {
        publish(without('dkim'));
        dns.setRecords('example.com', instead('dkim', 'hello'), '127.0.0.12');
      },
    },
    { dkim: ['nameservers_disagree', 'value_mismatch'] },
  ],
  [
    'what is said of a key that is not ours does not matter',
    {
      arrange: async ({ publish, instead, service }) => {
        const { publicKey } = await service.ctx.keys.take();
        publish(instead('dkim', `v=DKIM1; k=rsa; h=sha1; s=tlsrpt; t=y; p=${publicKey}`));
      },
    },
    { dkim: ['value_mismatch'] },
  ],
  [
    'an invalid DMARC record of the parent says more than that there is none',
    {
      name: 'mail.example.com',
      arrange: ({ publish, without }) =>
        publish([...without('dmarc'), txt('_dmarc.example.com', 'v=DMARC1; p=all')], 'example.com'),
    },
    { dmarc: ['dmarc_invalid'] },
  ],
];

for (const trap of TRAPS) test(trap[0], () => checkTrap(lab, trap));
