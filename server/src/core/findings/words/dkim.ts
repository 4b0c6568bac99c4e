import { type Excerpt, formatExcerpt } from '../../answers/quote-found.ts';
import { code, copyValue, replaceValue } from './phrases.ts';
import type { Said, WordedPlace, Words } from './wording.ts';

type DkimCode =
  | 'dkim_testing_flag'
  | 'dkim_revoked'
  | 'dkim_weak_key'
  | 'dkim_key_form'
  | 'dkim_key_unpadded'
  | 'dkim_record_too_long'
  | 'dkim_service_excluded'
  | 'dkim_tag_refused'
  | 'dkim_hash_excluded';

/** Words for what a DKIM key record says of its key. */
export const DKIM_WORDS: Words<DkimCode> = {
  dkim_testing_flag: {
    title: 'The key is marked as a test',
    say: (_, { place }) => ({
      detail: `\`t=y\` at ${code(place.name)} marks the key as a test, so receivers may treat signed mail as unsigned.`,
      ...removeTag('t=y', place),
    }),
  },
  dkim_revoked: {
    title: 'The key is marked as revoked',
    say: (_, { place }) => ({
      detail: `\`p=\` is empty at ${code(place.name)}, which marks the key as revoked (RFC 6376 §3.6.1).`,
      ...replaceValue(place),
    }),
  },
  dkim_weak_key: {
    title: 'The published key is too short',
    say: ({ bits, ourBits }, { place }) => ({
      detail: `The key at ${code(place.name)} isn’t ours and has only ${bits} bits (ours has ${ourBits}). Receivers trust short keys less, or not at all.`,
      ...replaceValue(place),
    }),
  },
  dkim_key_form: {
    title: 'The key is in a form that some receivers reject',
    say: (_, { place }) => ({
      detail: `The key at ${code(place.name)} is ours, but without its outer wrapper (PKCS#1, it starts with \`MIIBCg\` or similar). Some receivers can’t read that form.`,
      fix: `Replace the value with the full one (${place.value.length} characters), whose key starts with ${code(keyStart(place))}.`,
      copy: copyValue(place),
    }),
  },
  dkim_key_unpadded: {
    title: 'The end of the key is missing',
    say: ({ missing }, { place }) => ({
      detail: `The key at ${code(place.name)} is ours, but the ${code('='.repeat(missing))} at its end ${missing === 1 ? 'is' : 'are'} missing. Some receivers can’t read it without ${missing === 1 ? 'it' : 'them'}.`,
      ...replaceValue(place),
    }),
  },
  dkim_record_too_long: {
    title: 'The record is too long for some receivers',
    say: ({ length, limit }, { place }) => ({
      detail: `The key at ${code(place.name)} is ours, but the value has ${length} characters and other text comes before the end of the key. Some receivers read only the first ${limit}.`,
      ...replaceValue(place),
    }),
  },
  dkim_service_excluded: {
    title: 'The key isn’t allowed for email',
    say: ({ found }, { place }) => ({
      detail:
        found.length === 0
          ? `\`s=\` is empty at ${code(place.name)}, so the key isn’t allowed for any service.`
          : `\`s=\` at ${code(place.name)} limits the key to these services: ${formatExcerpt(found)}. Email isn’t one of them.`,
      ...removeTag('s=', place),
    }),
  },
  dkim_tag_refused: {
    title: 'Some receivers may reject the key',
    say: ({ tag, found }, { place }) => ({
      detail: describeRefused(tag, found, code(place.name)),
      ...removeTag(`${tag}=`, place),
    }),
  },
  dkim_hash_excluded: {
    title: 'The key isn’t allowed for our signatures',
    say: ({ found }, { place }) => ({
      detail:
        found.length === 0
          ? `\`h=\` is empty at ${code(place.name)}, so the key isn’t allowed with any hash algorithm. We sign with sha256.`
          : `\`h=\` at ${code(place.name)} limits the hash algorithms: ${formatExcerpt(found)}. We sign with sha256, which isn’t one of them.`,
      ...removeTag('h=', place),
    }),
  },
};

function describeRefused(tag: 's' | 'g' | 'h', found: Excerpt, name: string): string {
  const value = formatExcerpt(found);
  switch (tag) {
    case 's':
      return `\`s=\` at ${name} lists more than one service: ${value}. That is valid, but some receivers accept only \`s=email\` or \`s=*\`.`;
    case 'h':
      return `\`h=\` at ${name} has spaces in its list: ${value}. That is valid, but some receivers can’t read it.`;
    case 'g':
      return `\`g=\` at ${name} is ${found.length === 0 ? 'empty' : value}. The tag is obsolete (it was removed with RFC 6376), but some receivers still read it and reject the key.`;
  }
}

/** How the key begins in the form that everybody reads. */
function keyStart({ value }: WordedPlace): string {
  const at = value.indexOf('p=') + 2;
  return value.slice(at, at + 12);
}

function removeTag(tag: string, place: WordedPlace): Pick<Said, 'fix' | 'copy'> {
  return { fix: `Remove ${code(tag)} from the value, or paste our full value again.`, copy: copyValue(place) };
}
