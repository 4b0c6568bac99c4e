import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PlanWorld, planIn } from '../../../../test/support/publishing/plan-world.ts';
import { formatMx, formatTarget, formatTxt } from '../../publishing/rdata.ts';
import type { RrSet } from '../../publishing/rr-set.ts';
import { sayOfPlan } from './plan.ts';

const set = (host: string, type: RrSet['type'], ...rdata: string[]): RrSet => ({
  name: `${host}.example.com`,
  type,
  ttlSeconds: 3600,
  rdata,
});
const txt = (host: string, ...texts: string[]) => set(host, 'TXT', ...texts.map((text) => formatTxt(text)));
const wrote = (after: RrSet) => ({ name: after.name, type: after.type, before: null, after });
const MX = 'feedback-smtp.us-east-1.amazonses.com';

const CASES: readonly (readonly [Partial<PlanWorld>, detail: string, fix: string | null])[] = [
  [
    { standing: [set('asend', 'MX', formatMx(10, 'mx.example.net'))] },
    `\`asend.example.com\` has another mail server: "10 mx.example.net". Bounces must go to \`${MX}\` only.`,
    `Delete the MX record "10 mx.example.net" at \`asend.example.com\`, and add the one for \`${MX}\`.`,
  ],
  [
    { standing: [set('asend', 'MX', formatMx(10, 'a.example.net'), formatMx(20, 'b.example.net'), formatMx(10, MX))] },
    `\`asend.example.com\` has other mail servers: "10 a.example.net", "20 b.example.net". Bounces must go to \`${MX}\` only.`,
    `Delete the MX records "10 a.example.net", "20 b.example.net" at \`asend.example.com\`, and keep the one for \`${MX}\`.`,
  ],
  [
    { standing: [txt('asend', 'v=spf1 mx -all')] },
    'The SPF record at `asend.example.com` is "v=spf1 mx -all". We add `include:amazonses.com` and leave the rest as it is.',
    null,
  ],
  [
    { standing: [txt('asend', 'v=spf1 a -all', 'v=spf1 mx -all')] },
    'There are 2 SPF records at `asend.example.com`, so receivers ignore all of them (RFC 7208 §4.5): "v=spf1 a -all", "v=spf1 mx -all".',
    'Merge the SPF records at `asend.example.com` into this one: `v=spf1 include:amazonses.com a mx -all`.',
  ],
  [
    { standing: [txt('asend', 'v=spf1 +all')] },
    'The SPF record at `asend.example.com` is "v=spf1 +all". It lets anyone send mail as this domain.',
    'Replace the SPF record at `asend.example.com` with this one: `v=spf1 include:amazonses.com ~all`.',
  ],
  [
    { standing: [txt('_dmarc', 'v=DMARC1; p=reject')] },
    '`_dmarc.example.com` has a DMARC policy. It stays in force.',
    null,
  ],
  [
    { standing: [txt('_dmarc', 'v=DMARC1; p=1')] },
    'Receivers can’t use the DMARC record at `_dmarc.example.com`: "v=DMARC1; p=1".',
    'Replace the DMARC record at `_dmarc.example.com` with `v=DMARC1; p=none;`.',
  ],
  [
    { standing: [set('_dmarc', 'CNAME', formatTarget('gone.example.net'))] },
    '`_dmarc.example.com` is a CNAME to `gone.example.net`, which doesn’t have our records. A name with a CNAME can’t have any other record.',
    'Delete the CNAME record `_dmarc.example.com` to `gone.example.net`, and publish ours.',
  ],
  [
    { standing: [txt('_autosend-verify', 'other')] },
    'We didn’t write what is at `_autosend-verify.example.com`: "other". Another service or project may need it.',
    'Leave the record "other" at `_autosend-verify.example.com`, and add ours beside it.',
  ],
  [
    { standing: [txt('autosend._domainkey', 'other')] },
    'We didn’t write what is at `autosend._domainkey.example.com`: "other". Receivers accept only one DKIM record there (RFC 6376 §3.6.2.2).',
    'Delete the record "other" at `autosend._domainkey.example.com`, and publish our key.',
  ],
  [
    { standing: [txt('autosend._domainkey', 'other')], written: [wrote(txt('autosend._domainkey', 'ours'))] },
    'Somebody changed the record that we wrote at `autosend._domainkey.example.com`. It was "ours", and is now "other".',
    'Replace the record "other" at `autosend._domainkey.example.com` with ours.',
  ],
  [
    { cuts: ['_domainkey.example.com'] },
    '`autosend._domainkey.example.com` is in the zone `_domainkey.example.com`, not in `example.com`.',
    'Publish this record in the zone `_domainkey.example.com` yourself.',
  ],
  [
    { limits: { minTtlSeconds: 60, maxTxtOctets: 255 } },
    'A TXT record at `autosend._domainkey.example.com` would have 409 characters. This DNS provider accepts 255.',
    'Use another DNS provider for this zone, or a shorter record.',
  ],
];

describe('a plan in words', () => {
  for (const [given, detail, fix] of CASES)
    it(detail, () => {
      const said = planIn({ domain: 'example.com', zone: 'example.com', standing: [], ...given }).flatMap(
        (row) => sayOfPlan(row) ?? [],
      );
      deepEqual(said[0], { detail, fix });
      for (const text of [detail, fix ?? 'A.']) {
        match(text, /^[A-Z`].*\.$/);
        doesNotMatch(text, /undefined|null|\.\.|``| {2}/);
        equal(text.split('`').length % 2, 1);
      }
    });

  it('text from DNS is quoted, whatever is in it', () => {
    const standing = [set('asend', 'MX', '10 evil\u001b[31m.example.net.')];
    const [row] = planIn({ domain: 'example.com', zone: 'example.com', standing }).filter(({ type }) => type === 'MX');
    doesNotMatch(JSON.stringify(row && sayOfPlan(row)), /\\u001b/);
  });
});
