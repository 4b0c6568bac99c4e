import { formatExcerpt } from '../../answers/quote-found.ts';
import { code, copyValue, replaceValue } from './phrases.ts';
import type { Said, WordedPlace, Words } from './wording.ts';

type DkimCode = 'dkim_testing_flag' | 'dkim_revoked' | 'dkim_weak_key' | 'dkim_service_excluded' | 'dkim_hash_excluded';

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
  dkim_service_excluded: {
    title: 'The key isn’t allowed for email',
    say: ({ found }, { place }) => ({
      detail: `\`s=\` at ${code(place.name)} limits what the key is for: ${formatExcerpt(found)}. Email is not one of them.`,
      ...removeTag('s=', place),
    }),
  },
  dkim_hash_excluded: {
    title: 'The key isn’t allowed for our signatures',
    say: ({ found }, { place }) => ({
      detail: `\`h=\` at ${code(place.name)} limits the hash algorithms: ${formatExcerpt(found)}. We sign with sha256, which is not one of them.`,
      ...removeTag('h=', place),
    }),
  },
};

function removeTag(tag: string, place: WordedPlace): Pick<Said, 'fix' | 'copy'> {
  return { fix: `Remove ${code(tag)} from the value, or paste our full value again.`, copy: copyValue(place) };
}
