/** Letters, marks and digits (RFC 5892 §2.1); what of them is unstable, UTS #46 has mapped before. */
const LETTER_OR_DIGIT = /[\p{L}\p{Mn}\p{Mc}\p{Nd}]/u;
/** Valid by exception (RFC 5892 §2.6), and the joiners, whose context UTS #46 checks (CheckJoiners). */
const EXCEPTIONS = /[\u06fd\u06fe\u0f0b\u3007\u200c\u200d]/u;
/** Never valid though a letter or mark: exceptions, ignorable characters and blocks, old Hangul (RFC 5892 §2.3, §2.4, §2.6, §2.9). */
const NEVER =
  /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u{1d100}-\u{1d24f}]|[\u20d0-\u20ff]|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/u;

/** What is valid between certain neighbors only (RFC 5892, appendix A.3 to A.9). */
const IN_CONTEXT: ReadonlyMap<string, RegExp> = new Map([
  ['\u00b7', /^(?:[^\u00b7]|(?<=l)\u00b7(?=l))*$/u],
  ['\u0375', /^(?:[^\u0375]|\u0375(?=\p{Script=Greek}))*$/u],
  ['\u05f3', /^(?:[^\u05f3]|(?<=\p{Script=Hebrew})\u05f3)*$/u],
  ['\u05f4', /^(?:[^\u05f4]|(?<=\p{Script=Hebrew})\u05f4)*$/u],
  ['\u30fb', /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u],
]);
const ARABIC_DIGITS = /[\u0660-\u0669]/u;
const EXTENDED_ARABIC_DIGITS = /[\u06f0-\u06f9]/u;

/**
 * Whether a registry may take a character in a name at all (RFC 5892: neither DISALLOWED nor UNASSIGNED). UTS #46 alone lets
 * symbols and punctuation pass (its NV8), which nobody can register.
 */
export function isRegistrableCharacter(character: string): boolean {
  if (/[a-z\d.-]/i.test(character) || EXCEPTIONS.test(character) || IN_CONTEXT.has(character)) return true;
  return LETTER_OR_DIGIT.test(character) && !NEVER.test(character);
}

/** The dots of UTS #46, and the halfwidth or fullwidth forms of the hyphen and the katakana middle dot, as an input method types them. */
const TYPED_FORMS = /[\u3002\uff0e\uff61\uff0d\uff65]/u;

/**
 * Finds the first symbol or punctuation mark, as typed, that no name may hold. UTS #46 maps some of them away, as a browser
 * does (`™` to `tm`, `…` to three dots); nobody who typed one means that name. Letters and digits in another form
 * (fullwidth, `²`) mean themselves, and pass.
 */
export function findTypedSymbol(text: string): string | null {
  for (const [character] of text.matchAll(/(?!\p{ASCII})[\p{S}\p{P}]/gu)) {
    if (!TYPED_FORMS.test(character) && !isRegistrableCharacter(character)) return character;
  }
  return null;
}

/** Drops what `findTypedSymbol` finds; a hyphen of another kind becomes the plain one, which is what it stands for. */
export function dropTypedSymbols(text: string): string {
  return text
    .replace(/[\u2010\u2011\u2212]/gu, '-')
    .replace(/(?!\p{ASCII})[\p{S}\p{P}]/gu, (character) => (isDroppable(character) ? '' : character));
}

/** U+FFFD stands for a character that was lost, and a symbol that is read as letters (`Ⓐ`, `🅰`, `🇦`) may stand for them: unlike `™`. */
function isDroppable(character: string): boolean {
  if (character === '\ufffd' || TYPED_FORMS.test(character) || isRegistrableCharacter(character)) return false;
  return /[\u2120\u2122]/u.test(character) || !/[\p{Alphabetic}\p{N}\p{RI}]/u.test(character.normalize('NFKC'));
}

/** Finds the first character that keeps a name from being registered; null where all are right. @param name in Unicode, as UTS #46 maps it */
export function findUnregistrableCharacter(name: string): string | null {
  for (const label of name.split('.')) {
    for (const character of label) {
      const context = IN_CONTEXT.get(character);
      if (!isRegistrableCharacter(character) || (context && !context.test(label))) return character;
    }
    const extended = EXTENDED_ARABIC_DIGITS.exec(label);
    if (extended && ARABIC_DIGITS.test(label)) return extended[0];
  }
  return null;
}
