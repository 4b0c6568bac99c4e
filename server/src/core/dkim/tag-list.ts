import { readCharacters } from '../answers/odd-characters.ts';
import { excerptOf } from '../answers/quote-found.ts';
import type { TagListProblem } from '../judgement/problems.ts';

/** The tags of a list, in the order in which they stand; or what breaks the list. */
export type TagList = ReadonlyMap<string, string> | { readonly problem: TagListProblem };

// tag-name = ALPHA *(ALPHA / DIGIT / "_")
const TAG_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
// tval is %x21-3A / %x3C-7E, with folding white space between; a ";" cannot come here any more.
const TAG_VALUE = /^[\x20-\x7e\t\r\n]*$/;

/**
 * Parses a tag=value list (RFC 6376 §3.2). Names and values keep their case; white space around both is dropped, inside
 * a value it stays. A tag that occurs twice makes the whole list invalid, as does an empty place between two semicolons;
 * one semicolon at the end is allowed.
 * @param text DNS octets as latin1
 */
export function parseTagList(text: string): TagList {
  const specs = text.split(';');
  if (specs.length > 1 && trimFws(specs.at(-1) ?? '') === '') specs.pop();
  const tags = new Map<string, string>();
  for (const spec of specs) {
    const equals = spec.indexOf('=');
    if (equals < 0) {
      if (trimFws(spec) === '') return { problem: { what: specs.length === 1 ? 'empty' : 'empty_part' } };
      return { problem: { what: 'no_equals', part: excerptOf(spec) } };
    }
    const name = trimFws(spec.slice(0, equals));
    const value = trimFws(spec.slice(equals + 1));
    if (!TAG_NAME.test(name)) return { problem: { what: 'tag_name', name: excerptOf(name) } };
    if (!TAG_VALUE.test(value)) return { problem: findWrongCharacter(name, value) };
    if (tags.has(name)) return { problem: { what: 'tag_twice', tag: excerptOf(name) } };
    tags.set(name, value);
  }
  return tags;
}

/** The first character of a value that may not be in it, as the person saw it. */
function findWrongCharacter(name: string, value: string): TagListProblem {
  const characters = [...readCharacters(value)];
  const at = characters.findIndex((character) => !TAG_VALUE.test(character));
  return { what: 'tag_character', tag: excerptOf(name), character: characters[at]?.codePointAt(0) ?? 0, at: at + 1 };
}

/** Splits a colon-separated value of a tag list (RFC 6376 §3.6.1, h= s= t=); white space around the colons is dropped. */
export function splitColonList(value: string): string[] {
  return value.split(':').map(trimFws);
}

/** Removes all white space: base64 may be folded anywhere (RFC 6376 §2.10, base64string). */
export function removeFws(value: string): string {
  return value.replace(/[ \t\r\n]+/g, '');
}

/** Finds where a text goes on behind so many characters that are no white space. */
export function findBehind(text: string, count: number): number {
  let at = 0;
  for (let seen = 0; at < text.length && seen < count; at++) if (!isFws(text.charCodeAt(at))) seen++;
  return at;
}

// Not String.trim: it also drops octets such as 0xA0, which are not white space here. Written as loops because an
// end-anchored pattern costs the square of the length on a long run of blanks.
function trimFws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isFws(text.charCodeAt(start))) start++;
  while (end > start && isFws(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isFws(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}
