/*
 * The ownership record: one TXT record whose value only the owner of the zone can have published. Other TXT
 * records beside it don't matter. `checkOwnership` judges one server's answer. Until it has been found, no sending
 * provider is told of the domain (`services/sending-providers/`).
 */

import { listOddCharacters, readCharacters, removeOddCharacters, trimInvisible } from '../answers/odd-characters.ts';
import { excerptOf, excerptsOf } from '../answers/quote-found.ts';
import type { Judgement } from '../judgement/judgement.ts';
import type { FindingFacts, Observation } from '../judgement/observation.ts';

/**
 * Judges the ownership record against the TXT records of one server. Right when one of them is the value, whatever else
 * stands beside it; white space around it and one pair of pasted quotes (single or double) are ignored and noted. Nobody but us reads this
 * record, so being this tolerant costs nothing: the 128 random bits are what proves control.
 * @param expected the value shown to the customer
 * @param txt the TXT records at the name, character-strings joined (RFC 1035 §3.3.14), as latin1
 */
export function checkOwnership(expected: string, txt: readonly string[]): Judgement {
  if (txt.length === 0) return { status: 'missing', observations: [{ code: 'record_missing', facts: {} }] };
  if (txt.includes(expected)) return { status: 'verified', observations: [] };
  for (const text of txt) {
    const { value, quoted, spaced } = unwrapPasted(text);
    if (value !== expected) continue;
    const facts = { found: excerptOf(text) };
    const observations: Observation[] = [];
    if (quoted) observations.push({ code: 'value_quoted', facts });
    else if (spaced) observations.push({ code: 'value_has_spaces', facts: observeSpaces(text) });
    return { status: 'verified', observations };
  }
  return { status: 'mismatched', observations: [observeMismatch(expected, txt)] };
}

function observeSpaces(text: string): FindingFacts['value_has_spaces'] {
  const characters = listOddCharacters(text);
  return { found: excerptOf(text), ...(characters.length > 0 && { characters }) };
}

function observeMismatch(expected: string, txt: readonly string[]): Observation {
  for (const text of txt) {
    const { value } = unwrapPasted(text);
    if (value !== '' && expected.startsWith(value))
      return {
        code: 'value_truncated',
        facts: { what: 'value', length: value.length, of: expected.length, found: excerptOf(text) },
      };
  }
  for (const text of txt) {
    const found = excerptOf(text);
    const plain = removeOddCharacters(text).replace(/["']/g, '').trim();
    if (plain === expected || plain.replace(/^[\s-]+/, '') === expected) {
      const characters = listOddCharacters(text);
      if (characters.length > 0)
        return { code: 'value_mismatch', facts: { what: 'odd_characters', characters, found } };
    }
    const { value } = unwrapPasted(text);
    if (value.endsWith(expected))
      return {
        code: 'value_mismatch',
        facts: { what: 'text_before', text: excerptOf(value.slice(0, -expected.length)), found },
      };
  }
  return { code: 'value_mismatch', facts: { what: 'value', found: excerptsOf(txt) } };
}

/** White space of any kind around the value goes, as UTF-8 (`\194\160`) and as a single octet (`\160`). */
function unwrapPasted(text: string): { value: string; quoted: boolean; spaced: boolean } {
  const found = readCharacters(text);
  const outer = trimInvisible(found);
  const quoted = /^(["']).*\1$/s.test(outer);
  const inner = quoted ? outer.slice(1, -1) : outer;
  const value = trimInvisible(inner);
  return { value, quoted, spaced: outer !== found || value !== inner };
}
