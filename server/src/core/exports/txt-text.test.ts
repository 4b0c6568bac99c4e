import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTxtText } from './txt-text.ts';

const cases: [what: string, value: string, text: string][] = [
  ['an empty value is one empty string', '', '""'],
  ['quotes and backslashes are escaped', 'a "b" \\c\\', '"a \\"b\\" \\\\c\\\\"'],
  [
    'a semicolon stays as it is, so that no reader can publish a backslash',
    'v=DKIM1; k=rsa; p=',
    '"v=DKIM1; k=rsa; p="',
  ],
  ['octets beyond printable ASCII are numbers', 'é\n\t\x7f\x00', '"\\195\\169\\010\\009\\127\\000"'],
  ['a digit after an escaped octet stays a digit', '\x011', '"\\0011"'],
  ['255 octets are one string', 'x'.repeat(255), `"${'x'.repeat(255)}"`],
  ['256 octets are two', 'x'.repeat(256), `"${'x'.repeat(255)}" "x"`],
  ['what is escaped counts as the octet that it stands for', '"'.repeat(256), `"${'\\"'.repeat(255)}" "\\""`],
  ['no character is cut in two', `${'x'.repeat(254)}é`, `"${'x'.repeat(254)}" "\\195\\169"`],
];
for (const [what, value, text] of cases) test(what, () => assert.equal(formatTxtText(value), text));

test('for Route 53 octets are octal, and nothing stands between the strings', () => {
  assert.equal(formatTxtText(`${'x'.repeat(255)}é`, '', 'octal'), `"${'x'.repeat(255)}""\\303\\251"`);
});
