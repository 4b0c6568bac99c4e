import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { toASCII } from 'tr46';
import { AppError } from '../../src/core/errors.ts';
import { toAsciiName } from '../../src/core/names/ascii-name.ts';
import { parseDomainName } from '../../src/core/names/domain-name.ts';
import { findVectors } from '../support/dns/vectors.ts';

/** One line of IdnaTestV2.txt. `expected` is null where the status column names an error. */
interface IdnaCase {
  readonly source: string;
  readonly expected: string | null;
  readonly status: string;
}

const path = findVectors('IdnaTestV2.txt');

describe('IdnaTestV2.txt, ToASCII non-transitional', { skip: path === null && 'IdnaTestV2.txt is not here' }, () => {
  const cases = path === null ? [] : readFileSync(path, 'utf8').split('\n').flatMap(parseLine);

  it('the file is the one that the counts below were made for', () => assert.equal(cases.length, 6391));

  it('every line gives the name, or the refusal, that the file says', () => {
    const wrong = cases.filter(({ source, expected }) => toAsciiName(source) !== expected);
    assert.deepEqual(wrong, []);
  });

  // tr46 7 carries the table of Unicode 18, where these unassigned code points became letters; the file, and the NFC of
  // the runtime, are of Unicode 17. What the runtime does not know is refused, so that two versions never mix in a name.
  it('the 4 lines with code points of Unicode 18 are refused by us, not by tr46', () => {
    const flags = {
      useSTD3ASCIIRules: true,
      checkHyphens: true,
      checkBidi: true,
      checkJoiners: true,
      verifyDNSLength: true,
    };
    const newer = cases.filter(({ source, expected }) => expected === null && toASCII(source, flags) !== null);
    assert.equal(newer.length, 4);
    for (const { source, status } of newer) {
      assert.equal(status, '[V7]');
      assert.equal(toAsciiName(source), null);
    }
  });

  it('parseDomainName differs only where it means to: a final dot is removed, one label and what RFC 5892 disallows are refused', () => {
    const differences = { finalDotRemoved: 0, oneLabel: 0, notRegistrable: 0 };
    const unexplained: unknown[] = [];
    for (const { source, expected, status } of cases) {
      const outcome = parse(source);
      if (outcome.stored === expected) continue;
      // The file counts the empty label after a final dot as an error (A4_2); people write that dot, and it means nothing.
      if (status === '[A4_2]' && /[.\u3002\uff0e\uff61]$/.test(source) && outcome.stored !== null) {
        assert.equal(outcome.stored, toAsciiName(source.slice(0, -1)));
        differences.finalDotRemoved += 1;
      } else if (expected !== null && !expected.includes('.') && outcome.message.includes("isn't a complete domain")) {
        // A valid name in DNS, but nobody's domain.
        differences.oneLabel += 1;
      } else if (expected !== null && namesUnregistrable(outcome.message)) {
        // UTS #46 alone lets through or maps away what IDNA2008 disallows (NV8), so that a browser opens old names.
        differences.notRegistrable += 1;
      } else {
        unexplained.push({ source, expected, status, ...outcome });
      }
    }
    assert.deepEqual(unexplained, []);
    assert.deepEqual(differences, { finalDotRemoved: 28, oneLabel: 127, notRegistrable: 164 });
  });
});

/** Whether a refusal names a character that is no letter, mark or digit (RFC 5892 §2.1), or is not valid at its place (§2.3, §2.6, appendix A). */
function namesUnregistrable(message: string): boolean {
  const code = /^Domains can't contain .*\bU\+([\dA-F]{4,6})\b/u.exec(message)?.[1];
  if (code === undefined) return false;
  const character = String.fromCodePoint(Number.parseInt(code, 16));
  return (
    !/[\p{L}\p{Mn}\p{Mc}\p{Nd}]/u.test(character) ||
    /[\u0640\u07fa\u1100-\u11ff\u302e\u302f\u3031-\u3035\u303b\ua960-\ua97c\ud7b0-\ud7fb\u0660-\u0669\u06f0-\u06f9]/u.test(
      character,
    )
  );
}

function parse(source: string): { stored: string | null; message: string } {
  try {
    return { stored: parseDomainName(source, { allowReservedTlds: false }), message: '' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { stored: null, message: error.message };
  }
}

/** Columns 1, 2, 3, 4 and 5; a blank one stands for another, as the file's head explains. */
function parseLine(line: string): IdnaCase[] {
  const [content = ''] = line.split('#', 1);
  if (content.trim() === '') return [];
  const [source = '', toUnicode = '', toUnicodeStatus = '', toAscii = '', toAsciiStatus = ''] = content
    .split(';')
    .map((column) => column.trim());
  const text = unescapeText(source);
  const unicode = toUnicode === '' ? text : unescapeText(toUnicode);
  const status = toAsciiStatus || toUnicodeStatus || '[]';
  const ascii = toAscii === '' ? unicode : unescapeText(toAscii);
  return [{ source: text, expected: status === '[]' ? ascii : null, status }];
}

function unescapeText(column: string): string {
  if (column === '""') return '';
  return column.replace(/\\u([\dA-Fa-f]{4})|\\x\{([\dA-Fa-f]+)\}/g, (_, unit?: string, point?: string) =>
    String.fromCodePoint(Number.parseInt(unit ?? point ?? '', 16)),
  );
}
