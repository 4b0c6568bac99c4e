import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LABELS } from '../records/record-input.ts';
import { buildDnsRecords } from '../records/records.ts';
import { formatTerraform, quoteHcl, TERRAFORM_PROVIDERS } from './terraform.ts';

const build = (domainName: string, labels = DEFAULT_LABELS) => ({
  domainName,
  records: buildDnsRecords({
    domainName,
    ownershipToken: '0123456789abcdef'.repeat(2),
    selector: 'autosend',
    publicKey: 'A'.repeat(392),
    region: { key: 'us-east-1', mailFromHost: 'feedback-smtp.example.net', spfMechanism: 'include:example.net' },
    labels,
  }),
});
const dkim = `v=DKIM1; k=rsa; p=${'A'.repeat(392)}`;
const withoutComments = (text: string) => text.replaceAll(/^#.*\n/gm, '').trimStart();

test('for Cloudflare each record is one cloudflare_dns_record, with its text quoted and cut as Cloudflare keeps it', () => {
  assert.equal(
    withoutComments(formatTerraform(build('example.com'), 'cloudflare')),
    `variable "mail_example_com_zone_id" {
  type        = string
  description = "The id of the Cloudflare zone that holds example.com"
}

resource "cloudflare_dns_record" "mail_example_com_ownership" {
  zone_id = var.mail_example_com_zone_id
  name    = "_autosend-verify.example.com"
  type    = "TXT"
  content = "\\"autosend-verify-0123456789abcdef0123456789abcdef\\""
  ttl     = 3600
  comment = "Domain ownership verification"
}

resource "cloudflare_dns_record" "mail_example_com_dkim_autosend" {
  zone_id = var.mail_example_com_zone_id
  name    = "autosend._domainkey.example.com"
  type    = "TXT"
  content = "\\"${dkim.slice(0, 255)}\\" \\"${dkim.slice(255)}\\""
  ttl     = 3600
  comment = "DKIM authentication"
}

resource "cloudflare_dns_record" "mail_example_com_mail_from_mx" {
  zone_id  = var.mail_example_com_zone_id
  name     = "asend.example.com"
  type     = "MX"
  content  = "feedback-smtp.example.net"
  priority = 10
  ttl      = 3600
  comment  = "Mail-from domain"
}

resource "cloudflare_dns_record" "mail_example_com_mail_from_spf" {
  zone_id = var.mail_example_com_zone_id
  name    = "asend.example.com"
  type    = "TXT"
  content = "\\"v=spf1 include:example.net ~all\\""
  ttl     = 3600
  comment = "SPF record for mail-from domain"
}

resource "cloudflare_dns_record" "mail_example_com_dmarc" {
  zone_id = var.mail_example_com_zone_id
  name    = "_dmarc.example.com"
  type    = "TXT"
  content = "\\"v=DMARC1; p=none;\\""
  ttl     = 3600
  comment = "DMARC policy"
}
`,
  );
});

test('for Route 53 each record is one aws_route53_record, without the outer quotes that the provider adds', () => {
  const text = withoutComments(formatTerraform(build('example.com'), 'route53'));
  assert.ok(
    text.startsWith(`variable "mail_example_com_zone_id" {
  type        = string
  description = "The id of the Route 53 hosted zone that holds example.com"
}

resource "aws_route53_record" "mail_example_com_ownership" {
  zone_id = var.mail_example_com_zone_id
  name    = "_autosend-verify.example.com"
  type    = "TXT"
  ttl     = 3600
  records = ["autosend-verify-0123456789abcdef0123456789abcdef"]
}
`),
    text,
  );
  const recordsOf = [...text.matchAll(/^ {2}records = (.*)$/gm)].map(([, value]) => value);
  assert.deepEqual(recordsOf.slice(1), [
    `["${dkim.slice(0, 255)}\\"\\"${dkim.slice(255)}"]`,
    '["10 feedback-smtp.example.net"]',
    '["v=spf1 include:example.net ~all"]',
    '["v=DMARC1; p=none;"]',
  ]);
});

test('records of one name and type are one set in Route 53', () => {
  const input = build('example.com', { ...DEFAULT_LABELS, ownershipLabel: 'asend' });
  const text = formatTerraform(input, 'route53');
  assert.equal(text.match(/^resource /gm)?.length, 4);
  assert.match(text, /records = \["autosend-verify-\w+", "v=spf1 include:example\.net ~all"\]/);
});

test('the exports of several domains fit into one module, however alike their names are', () => {
  const names = [
    'a.b-c.example.com',
    'a-b.c.example.com',
    'a.b.c.example.com',
    '1.example.com',
    'xn--bcher-kva.example.com',
  ];
  for (const provider of TERRAFORM_PROVIDERS) {
    const declared = names.flatMap((name) => {
      const heads = formatTerraform(build(name), provider).match(/^(?:resource|variable) .*(?= \{$)/gm) ?? [];
      assert.equal(heads.length, 6);
      for (const head of heads) assert.match(head, / "[a-z][a-z\d_-]*"$/);
      return heads;
    });
    assert.equal(new Set(declared).size, declared.length);
  }
});

test('an export declares no provider, of which a module may have only one', () => {
  for (const provider of TERRAFORM_PROVIDERS)
    assert.doesNotMatch(
      formatTerraform(build('example.com'), provider),
      /^ *(?:terraform|provider|required_providers)\b/m,
    );
});

const strings: [text: string, hcl: string][] = [
  ['', '""'],
  ['a "b"', '"a \\"b\\""'],
  ['\\', '"\\\\"'],
  ['\\"', '"\\\\\\""'],
  [`\${var.x}`, `"$\${var.x}"`],
  ['%{if true}', '"%%{if true}"'],
  [`\\\${x}`, `"\\\\$\${x}"`],
  ['$x %y {z} 100%', '"$x %y {z} 100%"'],
  ['a\nb\r\tc', '"a\\nb\\r\\tc"'],
  ['\x00\x7f', '"\\u0000\\u007f"'],
  ['é', '"é"'],
];
for (const [text, hcl] of strings)
  test(`as an HCL string, ${JSON.stringify(text)} is ${hcl}`, () => assert.equal(quoteHcl(text), hcl));
