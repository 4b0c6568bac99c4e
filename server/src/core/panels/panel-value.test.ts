import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DNS_PROVIDERS } from './dns-provider-table.ts';
import { PANEL_QUIRKS } from './panel-quirks.ts';
import { buildPanelPage, findPanel, formatPanelValue } from './panel-value.ts';

const short = { type: 'TXT' as const, value: 'v=DMARC1; p=none;', chunks: ['v=DMARC1; p=none;'], priority: null };
const key = { ...short, value: 'k'.repeat(255) + 'l'.repeat(155), chunks: ['k'.repeat(255), 'l'.repeat(155)] };
const huge = { ...short, value: 'k'.repeat(1_100), chunks: [255, 255, 255, 255, 80].map((size) => 'k'.repeat(size)) };
const mx = { type: 'MX' as const, value: 'feedback.example.net', chunks: ['feedback.example.net'], priority: 10 };
const parts = `"${'k'.repeat(255)}" "${'l'.repeat(155)}"`;

for (const { panel, record, value, note, hasPriority = false } of [
  { panel: undefined, record: key, value: key.value, note: null },
  { panel: 'A provider that nobody knows', record: mx, value: mx.value, note: null },
  { panel: 'Cloudflare', record: key, value: key.value, note: null },
  { panel: 'Cloudflare', record: mx, value: mx.value, note: null },
  { panel: 'Amazon Route 53', record: short, value: '"v=DMARC1; p=none;"', note: /double quotes/ },
  { panel: 'Amazon Route 53', record: key, value: parts, note: /quoted parts.*one record/ },
  { panel: 'Amazon Route 53', record: mx, value: '10 feedback.example.net', note: /in front of/, hasPriority: true },
  { panel: 'Hetzner', record: key, value: parts, note: /quoted parts/ },
  { panel: 'Hetzner', record: mx, value: mx.value, note: null },
  { panel: 'DNS Made Easy', record: key, value: `"${key.value}"`, note: /double quotes/ },
  { panel: 'OVHcloud', record: short, value: short.value, note: null },
  { panel: 'OVHcloud', record: key, value: key.value, note: /up to 255 characters.*text format/ },
  { panel: 'OVHcloud', record: mx, value: 'feedback.example.net.', note: /final dot.*OVHcloud adds/ },
  { panel: 'Network Solutions', record: mx, value: 'feedback.example.net.', note: /final dot/ },
  { panel: 'Namecheap', record: mx, value: mx.value, note: /Custom MX/ },
  { panel: 'GoDaddy', record: key, value: key.value, note: null },
  { panel: 'GoDaddy', record: huge, value: huge.value, note: /up to 1,024 characters/ },
])
  test(`${panel ?? 'an unknown panel'} gets ${record.type} of ${record.value.length} characters as it wants it`, () => {
    const shown = formatPanelValue(record, findPanel(panel));
    assert.deepEqual([shown.value, shown.hasPriority], [value, hasPriority]);
    if (note === null) assert.equal(shown.note, null);
    else assert.match(shown.note ?? '', note);
  });

test('quotes and backslashes inside a quoted value are escaped (RFC 1035 §5.1)', () => {
  const record = { ...short, value: 'a"b\\c', chunks: ['a"b\\c'] };
  assert.equal(formatPanelValue(record, findPanel('Amazon Route 53')).value, '"a\\"b\\\\c"');
});

test('the page of a zone is on https, holds its name safely, and is left out where it is not known', () => {
  assert.equal(
    buildPanelPage(findPanel('DigitalOcean'), 'a/b?.example.com'),
    'https://cloud.digitalocean.com/networking/domains/a%2Fb%3F.example.com',
  );
  assert.equal(buildPanelPage(findPanel('Wix'), 'example.com'), null);
  assert.equal(buildPanelPage(null, 'example.com'), null);
  for (const { page } of Object.values(PANEL_QUIRKS)) if (page) assert.equal(new URL(page).protocol, 'https:');
});

test('quirks are those of providers in the table', () => {
  const keys = new Set(DNS_PROVIDERS.map(({ key: each }) => each));
  assert.deepEqual(
    Object.keys(PANEL_QUIRKS).filter((each) => !keys.has(each)),
    [],
  );
});

/** What a panel that reads a value like a zone file (RFC 1035 §5.1) makes of it. */
function readQuoted(text: string): string {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = '']) => part.replace(/\\(.)/g, '$1')).join('');
}

for (const { key: providerKey, name: providerName, longTxt } of DNS_PROVIDERS)
  for (const record of [short, key, huge, mx])
    test(`${providerName} gets ${record.type} of ${record.value.length} characters as its facts say`, () => {
      const panel = findPanel(providerName);
      assert.ok(panel);
      const { quotesTxt = false, txtLimit = Number.POSITIVE_INFINITY, mxFinalDot, mxPlace } = panel.quirks;
      assert.deepEqual(panel.quirks, PANEL_QUIRKS[providerKey] ?? {});
      const shown = formatPanelValue(record, panel);
      const isMx = record.type === 'MX';
      // What is pasted there is the record, whatever it looks like.
      const [, priority, target = ''] = /^(\d+ )?(.*)$/.exec(shown.value) ?? [];
      if (isMx) assert.equal(target.replace(/\.$/, ''), record.value);
      else assert.ok([shown.value, readQuoted(shown.value)].includes(record.value));

      const isOverLimit = !isMx && record.value.length > txtLimit;
      const isSplit = !isMx && !isOverLimit && longTxt === 'quoted-chunks' && record.chunks.length > 1;
      assert.equal(shown.value.startsWith('"'), !isMx && !isOverLimit && (quotesTxt || isSplit));
      assert.equal(shown.value.endsWith('.'), isMx && mxFinalDot === true);
      assert.equal(shown.hasPriority, isMx && panel.quirks.priorityInValue === true);
      assert.equal(priority !== undefined, shown.hasPriority);
      // Whatever differs from the bare value, or has to be known, is said under the row, by the panel's name or its place.
      const isSpecial = shown.value !== record.value || isOverLimit || (isMx && mxPlace !== undefined);
      assert.equal(shown.note !== null, isSpecial);
      if (shown.note !== null) assert.ok(shown.note.includes(providerName) || shown.note === mxPlace, shown.note);
    });

test('a panel that refuses long values says where they go instead', () => {
  for (const { key: providerKey, longTxt } of DNS_PROVIDERS)
    if (longTxt === 'refuses') {
      assert.ok((PANEL_QUIRKS[providerKey]?.txtLimit ?? Number.POSITIVE_INFINITY) < key.value.length, providerKey);
      assert.ok(PANEL_QUIRKS[providerKey]?.beyondLimit, providerKey);
    }
});
