import { formatExcerpt } from '../../answers/quote-found.ts';
import { addRecord, code, copyHost, copyValue, deleteAndAdd, PanelOf, withArticle } from './phrases.ts';
import type { About, Said, WordedPlace, Words } from './wording.ts';

type PlaceCode =
  | 'record_missing'
  | 'published_at_doubled_name'
  | 'published_at_apex'
  | 'published_without_subdomain'
  | 'published_at_other_name'
  | 'published_as_other_type';

/** Words for records that are not where they belong. */
export const PLACE_WORDS: Words<PlaceCode> = {
  record_missing: {
    title: 'Not published yet',
    say: ({ wasFound }, { place }) => ({
      ...(wasFound && { title: 'Record removed' }),
      detail: `${describeMissing(place)}${wasFound ? ' It was published before.' : ''}`,
      fix: addRecord(place),
      copy: copyValue(place),
    }),
  },
  published_at_doubled_name: {
    title: 'The domain was added twice',
    say: ({ name }, { place }) => ({
      detail: `We found ${describeRecord(place)} at ${code(name)}. ${PanelOf(place)} appends ${code(place.zoneName)} automatically.`,
      ...rename(place),
    }),
  },
  published_at_apex: { title: 'Published at the root domain', say: sayElsewhere },
  published_without_subdomain: { title: 'The subdomain is missing from the name', say: sayElsewhere },
  published_at_other_name: { title: 'Published under a different name', say: sayElsewhere },
  published_as_other_type: {
    title: 'The record has the wrong type',
    say: ({ type, found }, { place }) => ({
      detail: `${describeOtherType(type, place)} It must be ${withArticle(place.type)} record.`,
      ...deleteAndAdd(`the ${type} record ${code(place.host)} that holds ${formatExcerpt(found)}`, place),
    }),
  },
};

function describeMissing({ kind, type, name }: WordedPlace): string {
  if (kind === 'mail_from_spf') return `There is no SPF record at ${code(name)}.`;
  return kind === 'dmarc'
    ? `There is no DMARC record at ${code(name)}, and no parent domain has a policy that applies.`
    : `There is no ${type} record at ${code(name)}.`;
}

function sayElsewhere({ name }: { readonly name: string }, { place }: About): Said {
  // It is for the mail of that name, and whoever sends some may need it there.
  if (place.kind === 'mail_from_spf' && place.name.endsWith(`.${name}`))
    return {
      detail: `The SPF record at ${code(name)} includes us, but there is none at ${code(place.name)}, the name that receivers check.`,
      fix: `${addRecord(place)} The record at ${code(name)} can stay.`,
      copy: copyValue(place),
    };
  return {
    detail: `We found ${describeRecord(place)} at ${code(name)} instead of ${code(place.name)}.`,
    ...rename(place),
  };
}

function rename(place: WordedPlace): Pick<Said, 'fix' | 'copy'> {
  return { fix: `Change the name of that record to ${code(place.host)}.`, copy: copyHost(place) };
}

function describeRecord({ type, value }: WordedPlace): string {
  return type === 'MX' ? `your MX record for ${code(value)}` : `your ${type} record`;
}

function describeOtherType(type: 'CNAME' | 'SPF' | 'TXT' | 'A', { type: wanted, name }: WordedPlace): string {
  if (type === 'CNAME') return `${code(name)} is a CNAME record with the right value.`;
  if (type === 'SPF')
    return `The right text is at ${code(name)} in a record of type SPF, which receivers no longer read.`;
  return wanted === 'MX'
    ? `Our mail server is at ${code(name)} in ${withArticle(type)} record.`
    : `The right value is at ${code(name)} in ${withArticle(type)} record.`;
}
