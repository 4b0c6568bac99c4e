import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ZoneRecord } from '../../support/dns/dns-server-zones.ts';
import { type FindingsLab, findingsAt, startFindingsLab } from '../../support/dns/findings.ts';

let lab: FindingsLab;
before(async () => {
  lab = await startFindingsLab(import.meta.url);
});
after(() => lab.close());

const CLOUDFLARE = ['amy.ns.cloudflare.com', 'bob.ns.cloudflare.com'];
const txt = (name: string, value: string): ZoneRecord => ({ name, type: 'TXT', value });

test('a key of another project is told as any other key, and nothing of that project is in the answer', async () => {
  const seen = await lab.play({
    arrange: async ({ publish, instead, service }) => {
      const stranger = await service.createProject();
      const other = await service.addDomain('secret.example.net', stranger.key);
      publish(instead('dkim', other.dnsRecords.dkim.value));
    },
  });
  assert.deepEqual(
    findingsAt(seen, 'dkim').map(({ code }) => code),
    ['value_mismatch'],
  );
  assert.ok(!JSON.stringify(seen).includes('secret'));
});

test('where a stricter DMARC policy is there already, ours is not asked for', async () => {
  const seen = await lab.play({
    check: 'survey',
    arrange: ({ publish }) => publish([txt('_dmarc.example.com', 'v=DMARC1; p=reject; rua=mailto:a@example.com')]),
  });
  const [finding] = findingsAt(seen, 'dmarc');
  assert.deepEqual(
    [finding?.code, finding?.severity, finding?.detail, finding?.fix],
    [
      'conflict_before_publishing',
      'info',
      '`_dmarc.example.com` already has a DMARC policy: "v=DMARC1; p=reject; rua=mailto:a@example.com". It is valid, and stricter than the one we suggest. Keep it and don’t add ours, because receivers ignore both if there are two.',
      null,
    ],
  );
  assert.equal(seen.records.find(({ record }) => record === 'dmarc')?.status, 'verified');
});

test('names in a zone of their own are told as the panel of that zone wants them', async () => {
  const seen = await lab.play({
    arrange: ({ publish, without }) => {
      publish(without('dkim'));
      publish([], '_domainkey.example.com', ['ns1.example.net', 'ns2.example.net']);
    },
  });
  const dkim = seen.records.find(({ record }) => record === 'dkim');
  assert.deepEqual([dkim?.host, dkim?.zone], ['autosend', '_domainkey.example.com']);
  assert.match(dkim?.findings[0]?.fix ?? '', /^Add a TXT record with the name `autosend` and/);
  assert.equal(seen.zone?.name, 'example.com', 'the zone of the domain is the one that is shown');
});

test('where the name servers are those of a known provider, the sentences name it', async () => {
  const seen = await lab.play({
    arrange: ({ publish, without, domain }) =>
      publish(
        [...without('ownership', 'dmarc'), txt('_dmarc.example.com.example.com', domain.dnsRecords.dmarc.value)],
        'example.com',
        CLOUDFLARE,
      ),
  });
  assert.equal(seen.zone?.provider?.name, 'Cloudflare');
  const [missing] = findingsAt(seen, 'ownership');
  assert.match(missing?.fix ?? '', /^Add a TXT record at Cloudflare with the name `_autosend-verify`/);
  const [doubled] = findingsAt(seen, 'dmarc');
  assert.equal(
    doubled?.detail,
    'We found your TXT record at `_dmarc.example.com.example.com`. Cloudflare appends `example.com` automatically.',
  );
});

test('whatever DNS sends is told harmlessly, and short', async () => {
  const hostile = `\u001b[31mred\u001b[0m <script>alert(1)</script> \u202e\u0000\r\n ${'x'.repeat(20_000)}`;
  const seen = await lab.play({
    arrange: ({ publish, without }) =>
      publish([
        ...without('ownership', 'dkim', 'mail_from_spf', 'dmarc'),
        txt('_autosend-verify.example.com', hostile),
        txt('autosend._domainkey.example.com', `v=DKIM1; p=${hostile}`),
        txt('asend.example.com', `v=spf1 ${hostile}`),
        txt('_dmarc.example.com', `v=DMARC1; p=${hostile}`),
      ]),
  });
  const text = JSON.stringify(seen);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that none are there is the point
  assert.doesNotMatch(text.replaceAll('\\\\', ''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]|\\u00|\\[rn]/);
  assert.ok(text.length < 40_000, `${text.length} characters`);
  for (const { findings } of seen.records)
    for (const { detail, fix } of findings) assert.ok(detail.length + (fix?.length ?? 0) < 1_000, detail);
});
