import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerptsOf, formatExcerpts, quoteFound } from './quote-found.ts';

const cases: readonly [name: string, text: string, shown: string][] = [
  ['an escape sequence cannot reach a terminal', '\u001b[31mred\u0007', '"\\x1b[31mred\\x07"'],
  ['a line break cannot forge a log line', 'a\r\nb', '"a\\x0d\\x0ab"'],
  ['quotes and backslashes stay tellable from ours', 'a"b\\c', '"a\\"b\\\\c"'],
  ['octets above ASCII are shown as octets', 'caf\u00c3\u00a9', '"caf\\xc3\\xa9"'],
  ['a direction override is shown, not obeyed', 'a\u202eb', '"a\\u202eb"'],
  ['nothing stays nothing', '', '""'],
];

for (const [name, text, shown] of cases) test(name, () => assert.equal(quoteFound(text), shown));

test('64 KB of text becomes a short quotation that tells its length', () => {
  const shown = quoteFound('x'.repeat(65_536));
  assert.equal(shown, `"${'x'.repeat(100)}…" (65536 characters)`);
});

test('a thousand texts become a list of three and a number', () => {
  const shown = formatExcerpts(excerptsOf(Array.from({ length: 1000 }, (_, i) => String(i))));
  assert.equal(shown, '"0", "1", "2" and 997 more');
});
