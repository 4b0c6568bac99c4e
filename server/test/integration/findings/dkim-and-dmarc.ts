import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { formatDkimKeyRecord } from '../../../src/core/records/dkim-key.ts';
import { type FindingCase, shownBy, type World } from '../../support/dns/findings.ts';

function makeKey(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** The same record with its key as an RSAPublicKey (PKCS#1). */
function toBareKey(record: string): string {
  return record.replace(/p=(.*)$/, (_, key: string) => {
    const spki = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    return `p=${spki.export({ type: 'pkcs1', format: 'der' }).toString('base64')}`;
  });
}

/** Gives the domain a key of 4096 bits, which ends in "==", and publishes it with a change. */
async function publishLongKey({ publish, instead, service, domain }: World, change: (value: string) => string) {
  const key = makeKey(4096);
  const set = `UPDATE dkim_keys SET public_key = $1, algorithm = 'rsa-4096' WHERE domain_id = $2`;
  await service.query(set, [key, domain.id]);
  publish(instead('dkim', change(formatDkimKeyRecord(key))));
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
          '`t=y` at `autosend._domainkey.example.com` marks the key as a test, so receivers may treat signed mail as unsigned.',
        fix: 'Remove `t=y` from the value, or paste our full value again.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
        detail: '`p=` is empty at `autosend._domainkey.example.com`, which marks the key as revoked (RFC 6376 §3.6.1).',
        fix: 'Replace the value with the full one (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
          'The key at `autosend._domainkey.example.com` isn’t ours and has only 1024 bits (ours has 2048). Receivers trust short keys less, or not at all.',
        fix: 'Replace the value with the full one (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
        title: 'The key isn’t allowed for email',
        detail:
          '`s=` at `autosend._domainkey.example.com` limits the key to these services: "tlsrpt". Email isn’t one of them.',
        fix: 'Remove `s=` from the value, or paste our full value again.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', [
          'v=DKIM1; k=rsa; s=tlsrpt; p=KEY… (420 characters)',
        ]),
      },
    },
    nearMiss: {
      what: 'e-mail is one of the services: that is told as what some receivers refuse',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; s=tlsrpt:email'))),
      codes: ['dkim_tag_refused'],
    },
  },
  {
    code: 'dkim_tag_refused',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; s=email:tlsrpt'))),
      finding: {
        code: 'dkim_tag_refused',
        severity: 'warning',
        title: 'Some receivers may reject the key',
        detail:
          '`s=` at `autosend._domainkey.example.com` lists more than one service: "email:tlsrpt". That is valid, but some receivers accept only `s=email` or `s=*`.',
        fix: 'Remove `s=` from the value, or paste our full value again.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', [
          'v=DKIM1; k=rsa; s=email:tlsrpt; p=KEY… (426 characters)',
        ]),
      },
    },
    nearMiss: {
      what: 'email is the only service',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', 'k=rsa; s=email; g=*'))),
      codes: [],
    },
  },
  {
    code: 'dkim_key_form',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) => publish(instead('dkim', toBareKey(domain.dnsRecords.dkim.value))),
      finding: {
        code: 'dkim_key_form',
        severity: 'error',
        title: 'The key is in a form that some receivers reject',
        detail:
          'The key at `autosend._domainkey.example.com` is ours, but without its outer wrapper (PKCS#1, it starts with `MIIBCg` or similar). Some receivers can’t read that form.',
        fix: 'Replace the value with the full one (410 characters), whose key starts with `KEY`.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; p=KEY… (378 characters)']),
      },
    },
    nearMiss: {
      what: 'another key in that form is another key',
      arrange: async ({ publish, instead, service }) => {
        const { publicKey } = await service.ctx.keys.take();
        publish(instead('dkim', toBareKey(formatDkimKeyRecord(publicKey))));
      },
      codes: ['value_mismatch'],
    },
  },
  {
    code: 'dkim_key_unpadded',
    at: 'dkim',
    mistake: {
      arrange: async (world) => publishLongKey(world, (value) => value.replace(/=+$/, '')),
      finding: {
        code: 'dkim_key_unpadded',
        severity: 'warning',
        title: 'The end of the key is missing',
        detail:
          'The key at `autosend._domainkey.example.com` is ours, but the `==` at its end are missing. Some receivers can’t read it without them.',
        fix: 'Replace the value with the full one (754 characters).',
        copy: { label: 'Copy full value (754 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; p=KEY… (752 characters)']),
      },
    },
    nearMiss: {
      what: 'the end of the key is there',
      arrange: async (world) => publishLongKey(world, (value) => value),
      codes: [],
    },
  },
  {
    code: 'dkim_record_too_long',
    at: 'dkim',
    mistake: {
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', domain.dnsRecords.dkim.value.replace('k=rsa', `k=rsa; n=${'x'.repeat(700)}`))),
      finding: {
        code: 'dkim_record_too_long',
        severity: 'warning',
        title: 'The record is too long for some receivers',
        detail:
          'The key at `autosend._domainkey.example.com` is ours, but the value has 1114 characters and other text comes before the end of the key. Some receivers read only the first 1024.',
        fix: 'Replace the value with the full one (410 characters).',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
        evidence: shownBy('autosend._domainkey.example.com', 'TXT', ['v=DKIM1; k=rsa; n=REST… (1114 characters)']),
      },
    },
    nearMiss: {
      what: 'the key comes first',
      arrange: ({ publish, instead, domain }) =>
        publish(instead('dkim', `${domain.dnsRecords.dkim.value}; n=${'x'.repeat(700)}`)),
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
        title: 'The key isn’t allowed for our signatures',
        detail:
          '`h=` at `autosend._domainkey.example.com` limits the hash algorithms: "sha1". We sign with sha256, which isn’t one of them.',
        fix: 'Remove `h=` from the value, or paste our full value again.',
        copy: { label: 'Copy full value (410 characters)', value: 'v=DKIM1; k=rsa; p=KEY' },
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
        title: 'The DMARC record isn’t valid',
        detail:
          'The DMARC record at `_dmarc.example.com` isn’t valid because p= is "nothing", not none, quarantine or reject. We found "v=DMARC1; p=nothing".',
        fix: 'Correct the policy, or replace it with `v=DMARC1; p=none;`.',
        copy: { label: 'Copy value', value: 'v=DMARC1; p=none;' },
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
          'There are 2 DMARC records at `_dmarc.example.com`, so receivers ignore all of them (RFC 9989 §4.10): "v=DMARC1; p=none;", "v=DMARC1; p=reject".',
        fix: 'Keep the one you want receivers to follow and delete the other.',
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
        title: 'The parent domain’s policy applies',
        detail:
          'There is no valid DMARC record at `_dmarc.mail.example.com`, so the policy at `_dmarc.example.com` applies: "v=DMARC1; p=reject".',
        fix: null,
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
        title: 'DMARC reports are off',
        detail:
          'The policy at `_dmarc.example.com` is valid but has no `rua=` address, so receivers send no reports: "v=DMARC1; p=reject".',
        fix: 'To see who sends mail as your domain, add `rua=mailto:` and your address to the policy.',
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
    code: 'dmarc_report_address_invalid',
    at: 'dmarc',
    mistake: {
      arrange: ({ publish, instead }) => publish(instead('dmarc', 'v=DMARC1; p=none; rua=dmarc@example.com')),
      finding: {
        code: 'dmarc_report_address_invalid',
        severity: 'warning',
        title: 'DMARC reports won’t be sent',
        detail:
          '"dmarc@example.com" in `rua=` at `_dmarc.example.com` has no `mailto:` in front. Receivers send no reports at all.',
        fix: 'Write it as `rua=mailto:` and the address, without spaces. Put a comma between two of them, and `mailto:` before each.',
        evidence: shownBy('_dmarc.example.com', 'TXT', ['v=DMARC1; p=none; rua=dmarc@example.com']),
      },
    },
    nearMiss: {
      what: 'two addresses with a comma and blanks between',
      arrange: ({ publish, instead }) =>
        publish(instead('dmarc', 'v=DMARC1; p=none; rua=mailto:a@example.com , mailto:b@example.com!10m')),
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
        title: 'DMARC reports won’t be sent',
        detail:
          'The policy at `_dmarc.example.com` sends reports to an address at `reports.example.net`. Receivers only do that if `example.com._report._dmarc.reports.example.net` allows it, and there is no such record.',
        fix: 'Ask whoever runs `reports.example.net` to publish `example.com._report._dmarc.reports.example.net TXT "v=DMARC1"`, or remove the address from `rua=`.',
        copy: { label: 'Copy record', value: 'example.com._report._dmarc.reports.example.net TXT "v=DMARC1"' },
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
