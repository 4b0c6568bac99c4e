import { quoteAllFound, quoteFound } from '../answers/quote-found.ts';
import type { Judgement, Observation } from '../judgement/judgement.ts';

/**
 * Judges the ownership record against the TXT records of one server. Right when one of them is the value, whatever else
 * stands beside it; blanks around it and one pair of pasted quotes are ignored and noted. Nobody but us reads this
 * record, so being this tolerant costs nothing: the 128 random bits are what proves control.
 * @param expected the value shown to the customer
 * @param txt the TXT records at the name, character-strings joined (RFC 1035 §3.3.14), as latin1
 */
export function checkOwnership(expected: string, txt: readonly string[]): Judgement {
  if (txt.length === 0)
    return {
      status: 'missing',
      observations: [{ code: 'record_missing', text: 'There is no TXT record at this name.' }],
    };
  if (txt.includes(expected)) return { status: 'verified', observations: [] };
  for (const found of txt) {
    const { value, quoted, spaced } = unwrapPasted(found);
    if (value !== expected) continue;
    const observations: Observation[] = [];
    if (quoted)
      observations.push({
        code: 'value_quoted',
        text: `The value is right, and quotation marks were published with it: ${quoteFound(found)}.`,
      });
    else if (spaced)
      observations.push({
        code: 'value_has_spaces',
        text: `The value is right, and spaces were published around it: ${quoteFound(found)}.`,
      });
    return { status: 'verified', observations };
  }
  return { status: 'mismatched', observations: [describeMismatch(expected, txt)] };
}

function describeMismatch(expected: string, txt: readonly string[]): Observation {
  for (const found of txt) {
    const { value } = unwrapPasted(found);
    if (value !== '' && expected.startsWith(value))
      return {
        code: 'value_truncated',
        text: `The TXT record holds only the first ${value.length} of ${expected.length} characters of the value: ${quoteFound(found)}.`,
      };
  }
  return {
    code: 'value_mismatch',
    text:
      txt.length === 1
        ? `The TXT record holds another value: ${quoteAllFound(txt)}.`
        : `None of the ${txt.length} TXT records holds the value. Found: ${quoteAllFound(txt)}.`,
  };
}

function unwrapPasted(found: string): { value: string; quoted: boolean; spaced: boolean } {
  const outer = found.trim();
  const quoted = outer.length >= 2 && outer.startsWith('"') && outer.endsWith('"');
  const inner = quoted ? outer.slice(1, -1) : outer;
  const value = inner.trim();
  return { value, quoted, spaced: outer !== found || value !== inner };
}
