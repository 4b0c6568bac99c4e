import { formatExcerpt } from '../../answers/quote-found.ts';
import type { FindingFacts, StrayFacts } from '../../judgement/observation.ts';
import { addRecord, code, copyHost, copyValue, deleteAndAdd, PanelOf, replaceValue, withArticle } from './phrases.ts';
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
    say: (facts, { place }) => ({
      detail: `We found ${describeRecord(place, facts)} at ${code(facts.name)}. ${PanelOf(place)} appends ${code(place.zoneName)} automatically.${sayWrong(place, facts)}`,
      ...rename(place, facts),
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

function sayElsewhere(facts: FindingFacts['published_at_apex'], { place }: About): Said {
  const { name } = facts;
  // It is for the mail of that name, and whoever sends some may need it there.
  if (place.kind === 'mail_from_spf' && place.name.endsWith(`.${name}`))
    return {
      detail: `The SPF record at ${code(name)} includes us, but there is none at ${code(place.name)}, the name that receivers check.`,
      fix: `${addRecord(place)} The record at ${code(name)} can stay.`,
      copy: copyValue(place),
    };
  return {
    detail: `We found ${describeRecord(place, facts)} at ${code(name)} instead of ${code(place.name)}.${sayWrong(place, facts)}`,
    ...rename(place, facts),
  };
}

function rename(place: WordedPlace, { value }: StrayFacts): Pick<Said, 'fix' | 'copy'> {
  const renamed = `Change the name of that record to ${code(place.host)}`;
  if (value !== 'replaced')
    return { fix: `${renamed}${value === 'kept' ? ' and keep its value' : ''}.`, copy: copyHost(place) };
  const { fix, copy } = replaceValue(place);
  return { fix: `${renamed}, and ${fix.charAt(0).toLowerCase()}${fix.slice(1)}`, copy };
}

function describeRecord({ type, value }: WordedPlace, { found }: StrayFacts): string {
  if (type === 'MX') return `your MX record for ${found ? formatExcerpt(found) : code(value)}`;
  return `your ${type} record${found ? ` ${formatExcerpt(found)}` : ''}`;
}

function sayWrong({ type }: WordedPlace, { value }: StrayFacts): string {
  if (value !== 'replaced') return '';
  return ` Its ${type === 'MX' ? 'mail server' : 'value'} isn’t right either.`;
}

function describeOtherType(type: 'CNAME' | 'SPF' | 'TXT' | 'A', { type: wanted, name }: WordedPlace): string {
  if (type === 'CNAME') return `${code(name)} is a CNAME record with the right value.`;
  if (type === 'SPF')
    return `The right text is at ${code(name)} in a record of type SPF, which receivers no longer read.`;
  return wanted === 'MX'
    ? `Our mail server is at ${code(name)} in ${withArticle(type)} record.`
    : `The right value is at ${code(name)} in ${withArticle(type)} record.`;
}
