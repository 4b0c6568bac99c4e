import type { SpfMacroProblem } from '../judgement/problems.ts';

import type { MacroSender } from './sender.ts';

/** What the macros of a domain-spec stand for. */
export interface MacroValues {
  /** `%{d}`: the name whose record is being evaluated. */
  readonly domain: string;
  /** `%{o}`: the name behind the @ of MAIL FROM. */
  readonly senderDomain: string;
  /** Who sends; without one, what depends on it is not known. */
  readonly sender?: MacroSender;
}

// macro-expand and macro-literal of RFC 7208 §7.1. Letters are case-insensitive; an upper-case one asks for URL escaping.
const TOKEN = /%\{([slodiphcrtv])(\d*)(r?)([.\-+,/_=]*)\}|%([%_-])|([\x21-\x24\x26-\x7e]+)/iy;

interface Token {
  readonly literal?: string;
  readonly macro?: { letter: string; keep: number | null; reverse: boolean; delimiters: string };
}

/**
 * Checks a macro-string (RFC 7208 §7.1) and tells what breaks it, or returns null.
 * @param allowExplanationLetters whether `c`, `r` and `t` may stand here; they belong into the text of an explanation only (§7.2)
 */
export function checkMacroString(text: string, allowExplanationLetters: boolean): SpfMacroProblem | null {
  const tokens = tokenize(text);
  if ('problem' in tokens) return tokens.problem;
  for (const { macro } of tokens) {
    if (macro === undefined) continue;
    if (macro.keep === 0) return { what: 'no_labels_kept' };
    if (!allowExplanationLetters && /[crt]/i.test(macro.letter))
      return { what: 'explanation_letter', letter: macro.letter };
  }
  return null;
}

/** Checks a domain-spec (RFC 7208 §7.1): a macro-string that ends in a macro or in a dot and a top label. Null where it is right. */
export function checkDomainSpec(text: string): SpfMacroProblem | null {
  if (text === '') return { what: 'no_domain' };
  const problem = checkMacroString(text, false);
  if (problem !== null) return problem;
  const tokens = tokenize(text);
  const last = 'problem' in tokens ? undefined : tokens.at(-1);
  // A domain-spec may end in any macro-expand, and "%%", "%_" and "%-" are some (RFC 7208 §7.1).
  if (last?.macro !== undefined || /%[%_-]$/.test(text)) return null;
  const end = text.slice(text.lastIndexOf('}') + 1).replace(/\.$/, '');
  const dot = end.lastIndexOf('.');
  if (dot < 0) return { what: 'no_dot' };
  return isTopLabel(end.slice(dot + 1)) ? null : { what: 'top_label' };
}

/**
 * Expands a checked domain-spec to a lower-case name without final dot (RFC 7208 §7.3), or null where a macro depends on
 * a sender and none is given.
 */
export function expandDomainSpec(spec: string, values: MacroValues): string | null {
  const tokens = tokenize(spec);
  if ('problem' in tokens) return null;
  let name = '';
  for (const { literal, macro } of tokens) {
    const part = macro === undefined ? (literal ?? '') : expandMacro(macro, values);
    if (part === null) return null;
    name += part;
  }
  return truncateName(name.toLowerCase().replace(/\.$/, ''));
}

/** Whether a name can be asked for at all: at most 253 characters in labels of 1 to 63 (RFC 1035 §2.3.4), without controls or blanks. */
export function isAskableName(name: string): boolean {
  return (
    name.length <= 253 &&
    /^[\x21-\x7e]+$/.test(name) &&
    name.split('.').every((label) => label.length >= 1 && label.length <= 63)
  );
}

function tokenize(text: string): Token[] | { problem: SpfMacroProblem } {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) return { problem: { what: text[at] === '%' ? 'percent' : 'character' } };
    const [, letter, digits, reverse, delimiters, escaped, literal] = match;
    if (letter !== undefined)
      tokens.push({
        macro: {
          letter,
          keep: digits ? Number(digits) : null,
          reverse: reverse !== '',
          delimiters: delimiters || '.',
        },
      });
    else tokens.push({ literal: literal ?? (escaped === '%' ? '%' : escaped === '_' ? ' ' : '%20') });
  }
  return tokens;
}

function expandMacro(macro: NonNullable<Token['macro']>, values: MacroValues): string | null {
  const value = findValue(macro.letter.toLowerCase(), values);
  if (value === null) return null;
  let parts = [value];
  for (const delimiter of new Set(macro.delimiters)) parts = parts.flatMap((part) => part.split(delimiter));
  if (macro.reverse) parts.reverse();
  if (macro.keep !== null) parts = parts.slice(-macro.keep);
  const joined = parts.join('.');
  return /[a-z]/.test(macro.letter) ? joined : encodeURIComponent(joined);
}

/** What a macro letter stands for (RFC 7208 §7.2). */
function findValue(letter: string, { domain, senderDomain, sender }: MacroValues): string | null {
  if (letter === 'd') return domain;
  if (letter === 'o') return senderDomain;
  if (!sender) return null;
  switch (letter) {
    case 's':
      return `${sender.localPart}@${senderDomain}`;
    case 'l':
      return sender.localPart;
    case 'i':
      return sender.address;
    case 'v':
      return sender.version === 4 ? 'in-addr' : 'ip6';
    case 'h':
      return sender.helo;
    default:
      // %{p}, the validated name of the address: "unknown" where there is none.
      return 'unknown';
  }
}

/** Whether a checked domain-spec names something else for another sender. */
export function dependsOnSender(spec: string): boolean {
  const tokens = tokenize(spec);
  return !('problem' in tokens) && tokens.some(({ macro }) => macro !== undefined && !/^[do]$/i.test(macro.letter));
}

/** RFC 7208 §7.3: a name over 253 characters loses labels from the left until it fits. */
function truncateName(name: string): string {
  if (name.length <= 253) return name;
  const dot = name.indexOf('.', name.length - 254);
  return dot < 0 ? name : name.slice(dot + 1);
}

// toplabel of RFC 7208 §7.1, without the pattern's backtracking: letters, digits and inner dashes, and not digits only.
function isTopLabel(label: string): boolean {
  return /^[a-z0-9-]+$/i.test(label) && !/^\d+$/.test(label) && !label.startsWith('-') && !label.endsWith('-');
}
