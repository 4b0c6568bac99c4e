import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../test/support/any-character.ts';
import {
  dropTypedSymbols,
  findTypedSymbol,
  findUnregistrableCharacter,
  isRegistrableCharacter,
} from './registrable-characters.ts';

/** RFC 5892, by section. */
const CHARACTERS: readonly (readonly [why: string, characters: string, can: boolean])[] = [
  ['letters, digits, the hyphen, and the dot between labels', 'azAZ09-.', true],
  ['other ASCII is none (§2.1)', '_ !"#$%&\'()*+,/:;<=>?@[\\]^`{|}~\u0000\u007f', false],
  ['letters of other scripts (§2.1)', 'üßςжא中あ한', true],
  ['marks and digits of other scripts (§2.1)', '\u0301\u093e\u0966\u0660\u06f0', true],
  ['valid by exception (§2.6)', '\u06fd\u06fe\u0f0b\u3007', true],
  ['disallowed by exception (§2.6)', '\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b', false],
  ['the neighbors of these', '\u0641\u07f5\u302d\u3005\u3006', true],
  ['joiners, in context (§2.8)', '\u200c\u200d', true],
  ['valid in context (appendix A)', '\u00b7\u0375\u05f3\u05f4\u30fb', true],
  ['ignorable (§2.3)', '\u00ad\u034f\u115f\u180b\u2060\ufe0f\u{e0100}', false],
  ['marks for symbols (§2.4)', '\u20d0\u20ff', false],
  ['musical symbols (§2.4)', '\u{1d165}\u{1d242}', false],
  ['old Hangul (§2.9)', '\u1100\u11ff\ua960\ua97c\ud7b0\ud7fb', false],
  ['symbols and punctuation', '™❤•—“”…·\u2010'.replace('·', ''), false],
  ['number forms', '²½Ⅷ①', false],
  ['white space and controls', '\u0085\u00a0\u2028\u202e\ufeff', false],
  ['private, unassigned and unpaired', '\ue000\u{3d000}\ud800', false],
];

describe('a registry may take a character (RFC 5892)', () => {
  for (const [why, characters, can] of CHARACTERS)
    it(`${why}: ${can ? 'yes' : 'no'}`, () => {
      for (const character of characters)
        assert.equal(isRegistrableCharacter(character), can, character.codePointAt(0)?.toString(16));
    });
});

describe('what is valid in context is refused out of it (RFC 5892, appendix A)', () => {
  for (const [why, name, wrong] of [
    ['a middle dot between two l (A.3)', 'col·lega', null],
    ['a middle dot after another letter', 'co·l', '·'],
    ['a middle dot before another letter', 'l·o', '·'],
    ['a middle dot at the start', '·l', '·'],
    ['a middle dot at the end', 'l·', '·'],
    ['a second middle dot that is wrong', 'l·la·l', '·'],
    ['two middle dots in a row', 'l··l', '·'],
    ['the l of another label does not count', 'l·.l', '·'],
    ['a Greek keraia before Greek (A.4)', '͵α', null],
    ['a keraia after Greek', 'α͵', '͵'],
    ['a keraia before Latin', '͵a', '͵'],
    ['a Hebrew geresh after Hebrew (A.5)', 'א׳', null],
    ['a geresh before Hebrew', '׳א', '׳'],
    ['Hebrew gershayim after Hebrew (A.6)', 'א״ב', null],
    ['gershayim after Latin', 'a״א', '״'],
    ['a katakana middle dot with Hiragana (A.7)', 'あ・a', null],
    ['a katakana middle dot with Katakana', 'a・カ', null],
    ['a katakana middle dot with Han', '・中', null],
    ['a katakana middle dot with Latin only', 'a・b', '・'],
    ['the Hiragana of another label does not count', 'あ.a・b', '・'],
    ['Arabic-Indic digits (A.8)', 'ب٠٩', null],
    ['extended Arabic-Indic digits (A.9)', 'ب۰۹', null],
    ['both in one label, in either order', 'ب٠۹', '۹'],
    ['both in one label, the extended first', 'ب۰٩', '۰'],
    ['each in its own label', 'ب٠.ب۰', null],
  ] as const)
    it(`${why}: ${wrong === null ? 'valid' : `${wrong} is told`}`, () => {
      assert.equal(findUnregistrableCharacter(name), wrong);
      assert.equal(findUnregistrableCharacter(`www.${name}.com`), wrong);
    });

  it('the first wrong character is told', () => {
    assert.equal(findUnregistrableCharacter('a❤b™'), '❤');
    assert.equal(findUnregistrableCharacter('a.b™.c❤'), '™');
    assert.equal(findUnregistrableCharacter(''), null);
  });
});

describe('symbols as they were typed', () => {
  for (const [why, text, found, dropped] of [
    ['nothing', '', null, ''],
    ['a plain name', 'example.com', null, 'example.com'],
    ['ASCII symbols are told elsewhere', 'a$b_c', null, 'a$b_c'],
    ['quotes around it', '“example.com”', '“', 'example.com'],
    ['a trademark sign, which UTS #46 maps to tm', 'shop™.com', '™', 'shop.com'],
    ['a service mark, which UTS #46 maps to sm', 'shop℠.com', '℠', 'shop.com'],
    ['an ellipsis, which normalization makes three dots', 'shop.com…', '…', 'shop.com'],
    ['a hyphen of another kind is a hyphen', 'my\u2010shop', '\u2010', 'my-shop'],
    ['one that does not break', 'my\u2011shop', '\u2011', 'my-shop'],
    ['a minus sign', 'my\u2212shop', '\u2212', 'my-shop'],
    ['a dash is no hyphen', 'my–shop', '–', 'myshop'],
    ['forms of an input method mean themselves', 'a。b．c｡d－e・ｆ･', null, 'a。b．c｡d－e・ｆ･'],
    ['letters and digits in another form mean themselves', 'ａ²', null, 'ａ²'],
    ['a middle dot may be right', 'l·l', null, 'l·l'],
    ['a symbol that reads as a letter may stand for it', 'Ⓐbc', 'Ⓐ', 'Ⓐbc'],
    ['as may one in a square or a flag, which nothing maps to a letter', '🅴🅐🇪x', '🅴', '🅴🅐🇪x'],
    ['a lost character cannot be guessed', 'a\ufffdb', '\ufffd', 'a\ufffdb'],
    ['the first of two', '❤a™', '❤', 'a'],
    ['a symbol of two units', 'a😀b', '😀', 'ab'],
  ] as const)
    it(why, () => {
      assert.equal(findTypedSymbol(text), found);
      assert.equal(dropTypedSymbols(text), dropped);
    });

  it('what was dropped once needs no second pass, and a text without symbols is left as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const dropped = dropTypedSymbols(text);
        assert.equal(dropTypedSymbols(dropped), dropped);
        if (findTypedSymbol(text) === null) assert.equal(dropped, text);
      }),
    );
  });
});
