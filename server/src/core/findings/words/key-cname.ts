import { formatExcerpt } from '../../answers/quote-found.ts';
import { code, panelOf } from './phrases.ts';
import type { Said, WordedPlace, Words } from './wording.ts';

type KeyCnameCode =
  | 'dkim_cname_wrong_target'
  | 'dkim_cname_one_of_two'
  | 'dkim_cname_replaced'
  | 'dkim_cname_flattened'
  | 'dkim_target_empty'
  | 'dkim_target_outdated';

/** Words for DKIM records that are CNAMEs into the operator's keys zone. */
export const KEY_CNAME_WORDS: Words<KeyCnameCode> = {
  dkim_cname_wrong_target: {
    title: 'The CNAME points to the wrong name',
    say: ({ target, expected, isZoneAppended }, { place }) => ({
      detail: isZoneAppended
        ? `${code(place.name)} points to ${code(target)}: ${panelOf(place)} appended ${code(place.zoneName)} to the value.`
        : `${code(place.name)} is a CNAME to ${code(target)}, which doesn’t have your key.`,
      fix: `Change the value of the CNAME record ${code(place.host)} to ${code(isZoneAppended ? `${expected}.` : expected)}${isZoneAppended ? ', with the dot at the end' : ''}.`,
      copy: { label: 'Copy value', value: isZoneAppended ? `${expected}.` : expected },
    }),
  },
  dkim_cname_one_of_two: {
    title: 'One of the two CNAMEs is missing',
    say: ({ other, expected }, { place }) => ({
      detail: `There is no CNAME record at ${code(place.name)}. The one at ${code(other)} is right, but keys are rotated between the two, so both are needed.`,
      ...addCname(expected, place),
    }),
  },
  dkim_cname_replaced: {
    title: 'There is a TXT record instead of the CNAME',
    say: ({ found, expected }, { place }) => {
      const { fix, copy } = addCname(expected, place);
      return {
        detail: `${code(place.name)} has a TXT record of its own, without the key that is needed now: ${formatExcerpt(found)}. It must be a CNAME record, so that it follows each rotation.`,
        fix: `Delete the TXT record ${code(place.host)}. Then a${fix.slice(1)}`,
        copy,
      };
    },
  },
  dkim_cname_flattened: {
    title: 'The key is right, but no CNAME was found',
    say: (_, { place }) => ({
      detail: `${code(place.name)} answers with the right TXT record instead of a CNAME. If you entered a CNAME, ${panelOf(place)} resolves it for you, and all is well. If you entered the key itself, replace it with the CNAME: it can’t follow the next rotation.`,
      fix: null,
    }),
  },
  dkim_target_empty: {
    title: 'There is no key behind the CNAME',
    say: ({ target }, { place }) => ({
      detail: `${code(place.name)} points to ${code(target)}, as it should, but no key is there.`,
      fix: KEEP,
    }),
  },
  dkim_target_outdated: {
    title: 'The wrong key is behind the CNAME',
    say: ({ target }, { place }) => ({
      detail: `${code(place.name)} points to ${code(target)}, as it should, but the key there isn’t the one that is needed now.`,
      fix: KEEP,
    }),
  },
};

const KEEP = 'Keep the CNAME record as it is. What it points to is published by your email service, not by you.';

function addCname(expected: string, place: WordedPlace): Required<Pick<Said, 'copy'>> & { readonly fix: string } {
  const where = place.panel === null ? '' : ` at ${place.panel}`;
  return {
    fix: `Add a CNAME record${where} with the name ${code(place.host)} and the value ${code(expected)}.`,
    copy: { label: 'Copy value', value: expected },
  };
}

/** Says that a proxy answers instead of the CNAME of a key. */
export function sayProxiedKey(addresses: string, place: WordedPlace): Said {
  return {
    detail: `${code(place.name)} returns addresses instead of the key: ${addresses}. Either the CNAME is proxied, or address records are in its place.`,
    fix: `Turn off the proxy for the record ${code(place.host)} (at Cloudflare: “DNS only”, the gray cloud). If there are address records with that name, delete them, and add a CNAME record with the value ${code(place.value)}.`,
    copy: { label: 'Copy value', value: place.value },
  };
}
