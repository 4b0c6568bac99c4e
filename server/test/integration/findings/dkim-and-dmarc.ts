import { generateKeyPairSync } from 'node:crypto';
import { formatDkimKeyRecord } from '../../../src/core/records/dkim-key.ts';
import { type FindingCase, shownBy } from '../../support/dns/findings.ts';

function makeKey(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** What a DKIM key or a DMARC policy may say of itself. */
export const DKIM_AND_DMARC: readonly FindingCase[] = [
  {
    code: 'dkim_testing_flag',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; t=y'))),
      finding: {
        code: 'dkim_testing_flag',
        severity: 'warning',
        title: 'The key is marked as a test',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. `t=y` marks the key as being tested, so receivers may treat signed mail like unsigned mail.',
        fix: 'Take `t=y` out of the value, or paste ours again.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; t=y; p=KEY… (415 characters)']),
      },
    },
    nearMiss: {
      what: 'another flag, `t=s`',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; t=s'))),
      codes: [],
    },
  },
  {
    code: 'dkim_revoked',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dkim', 'v=DKIM1; k=rsa; p=')),
      finding: {
        code: 'dkim_revoked',
        severity: 'error',
        title: 'The key is marked as revoked',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. Nothing stands behind `p=`, which says that the key is revoked (RFC 6376 §3.6.1).',
        fix: 'Put the key back. Replace the value with the one that begins with `v=DKIM1; k=rsa; p=KEY`: copy all 410 characters of it.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; p=']),
      },
    },
    nearMiss: {
      what: 'a `*` record revokes the keys that are not there',
      arrange: ({ publish, without }) =>
        publish([...without('dkim'), { name: '*._domainkey.example.com', type: 'TXT', value: 'v=DKIM1; p=' }]),
      codes: ['wildcard_answer'],
    },
  },
  {
    code: 'dkim_weak_key',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dkim', formatDkimKeyRecord(makeKey(1024)))),
      finding: {
        code: 'dkim_weak_key',
        severity: 'error',
        title: 'The published key is too short',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. The published key is another one, and it has only 1024 bits. Ours has 2048; receivers trust shorter ones less, or not at all.',
        fix: 'Replace the value with the one that begins with `v=DKIM1; k=rsa; p=KEY`: copy all 410 characters of it.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; p=KEY… (234 characters)']),
      },
    },
    nearMiss: {
      what: 'another key that is long enough',
      arrange: async ({ publish, instead, service }) => {
        const { publicKey } = await service.ctx.keys.take();
        publish(instead('dkim', formatDkimKeyRecord(publicKey)));
      },
      codes: ['value_mismatch'],
    },
  },
  {
    code: 'dkim_service_excluded',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; s=tlsrpt'))),
      finding: {
        code: 'dkim_service_excluded',
        severity: 'error',
        title: 'The key is not allowed for e-mail',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. `s=` says what the key is for: "tlsrpt". E-mail is not among that.',
        fix: 'Take `s=` out of the value, or paste ours again.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', [
          'v=DKIM1; k=rsa; s=tlsrpt; p=KEY… (420 characters)',
        ]),
      },
    },
    nearMiss: {
      what: 'e-mail is one of the services',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; s=tlsrpt:email'))),
      codes: [],
    },
  },
  {
    code: 'dkim_hash_excluded',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; h=sha1'))),
      finding: {
        code: 'dkim_hash_excluded',
        severity: 'error',
        title: 'The key is not allowed for our signatures',
        detail:
          'We asked for TXT at `autosend._domainkey.example.com`. `h=` says for which kinds of signature the key is: "sha1". Our messages are signed with sha256, which is not among them.',
        fix: 'Take `h=` out of the value, or paste ours again.',
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', [
          'v=DKIM1; k=rsa; h=sha1; p=KEY… (418 characters)',
        ]),
      },
    },
    nearMiss: {
      what: 'sha256 is one of the hashes',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; h=sha1:sha256'))),
      codes: [],
    },
  },
  {
    code: 'dmarc_invalid',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=nothing')),
      finding: {
        code: 'dmarc_invalid',
        severity: 'error',
        title: 'The DMARC record is not valid',
        detail:
          'We asked for TXT at `_dmarc.example.com`. The DMARC record is not valid, because p= is "nothing" and not none, quarantine or reject. Found: "v=DMARC1; p=nothing".',
        fix: 'Correct the policy, or replace it: `v=DMARC1; p=none;`.',
        evidence: shownBy('_dmarc.example.com', 'TXT', ['v=DMARC1; p=nothing']),
      },
    },
    nearMiss: {
      what: 'a wrong value of a tag that receivers ignore',
      arrange: ({ publish, instead }) =>
        publish(instead('dmarc', 'v=DMARC1; p=reject; pct=abc; rua=mailto:dmarc@example.com')),
      codes: [],
    },
  },
  {
    code: 'dmarc_multiple',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=none;', 'v=DMARC1; p=reject')),
      finding: {
        code: 'dmarc_multiple',
        severity: 'error',
        title: 'There is more than one DMARC record',
        detail:
          'We asked for TXT at `_dmarc.example.com`. There are 2 DMARC records where only one may be, so receivers use none of them (RFC 9989 §4.10): "v=DMARC1; p=none;", "v=DMARC1; p=reject".',
        fix: 'Keep the one that you want receivers to follow, and delete the others.',
        evidence: shownBy('_dmarc.example.com', 'TXT', ['v=DMARC1; p=none;', 'v=DMARC1; p=reject']),
      },
    },
    nearMiss: {
      what: 'another text beside the policy',
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=none;', 'hosted by example.net')),
      codes: [],
    },
  },
  {
    code: 'dmarc_at_parent',
    at: 'dmarc',
    mistake: {
      name: 'mail.example.com',
      arrange: ({ publish, without }) =>
        publish(
          [...without('dmarc'), { name: '_dmarc.example.com', type: 'TXT', value: 'v=DMARC1; p=reject' }],
          'example.com',
        ),
      finding: {
        code: 'dmarc_at_parent',
        severity: 'info',
        title: 'The policy of the parent domain applies',
        detail:
          'We asked for TXT at `_dmarc.mail.example.com`. The domain has no DMARC record of its own; the policy at `_dmarc.example.com` applies to it: "v=DMARC1; p=reject".',
        fix: 'No action.',
        evidence: shownBy('_dmarc.mail.example.com', 'TXT', [null]),
      },
    },
    nearMiss: {
      what: 'the text at the parent is no DMARC record',
      name: 'mail.example.com',
      arrange: ({ publish, without }) =>
        publish([...without('dmarc'), { name: '_dmarc.example.com', type: 'TXT', value: 'p=reject' }], 'example.com'),
      codes: ['record_missing'],
    },
  },
  {
    code: 'dmarc_no_reporting',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=reject')),
      finding: {
        code: 'dmarc_no_reporting',
        severity: 'info',
        title: 'The DMARC policy asks for no reports',
        detail:
          'We asked for TXT at `_dmarc.example.com`. The policy is valid, and has no `rua=` with an address for reports: "v=DMARC1; p=reject".',
        fix: 'Nothing has to be done. If you want to see who sends in your name, add `rua=mailto:` and an address of yours.',
        evidence: shownBy('_dmarc.example.com', 'TXT', ['v=DMARC1; p=reject']),
      },
    },
    nearMiss: {
      what: 'the record that we ask for, which has no reports either',
      arrange: ({ publish, shown }) => publish(shown),
      codes: [],
    },
  },
  {
    code: 'dmarc_external_reports_not_authorised',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => {
        publish(instead('dmarc', 'v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.net'));
        publish([], 'example.net');
      },
      finding: {
        code: 'dmarc_external_reports_not_authorised',
        severity: 'warning',
        title: 'DMARC reports will not be sent',
        detail:
          'The policy asks for reports to an address at `reports.example.net`. Receivers send them there only if `example.com._report._dmarc.reports.example.net` says that they are wanted, and there is no such record.',
        fix: 'Ask whoever receives the reports to publish `example.com._report._dmarc.reports.example.net TXT "v=DMARC1"`, or take their address out of `rua=`.',
        suggestion: 'example.com._report._dmarc.reports.example.net TXT "v=DMARC1"',
        evidence: shownBy('example.com._report._dmarc.reports.example.net', 'TXT', [null], ['ns1.example.net']),
      },
    },
    nearMiss: {
      what: 'whoever gets the reports takes those of everybody',
      arrange: ({ publish, instead }) => {
        publish(instead('dmarc', 'v=DMARC1; p=reject; rua=mailto:dmarc@reports.example.net'));
        publish([{ name: '*._report._dmarc.reports.example.net', type: 'TXT', value: 'v=DMARC1' }], 'example.net');
      },
      codes: [],
    },
  },
];
