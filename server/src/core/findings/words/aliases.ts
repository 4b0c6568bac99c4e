import { type Excerpts, formatExcerpts } from '../../answers/quote-found.ts';
import { sayProxiedKey } from './key-cname.ts';
import { addRecord, code, copyValue, deleteAndAdd, listNames, withArticle } from './phrases.ts';
import type { WordedPlace, Words } from './wording.ts';

type AliasCode =
  | 'cname_beside_record'
  | 'cname_in_the_way'
  | 'cname_proxied'
  | 'cname_dangling'
  | 'cname_loop'
  | 'cname_chain_too_long'
  | 'wildcard_answer';

interface Path {
  readonly path: readonly string[];
  readonly isLonger: boolean;
}

/** Words for CNAMEs, proxies and wildcards. */
export const ALIAS_WORDS: Words<AliasCode> = {
  cname_beside_record: {
    title: 'A CNAME shares its name with another record',
    say: (facts, { place }) => {
      const { targets, found, isOurs, others } = facts;
      const [one] = targets;
      const what = targets.length === 1 && one !== undefined ? 'a CNAME' : 'several CNAMEs';
      const beside = found.count === 0 ? '' : `, and also ${place.type} ${formatExcerpts(found)}`;
      const detail = `${code(place.name)} has ${what} to ${listNames(targets)}${beside}. A name with a CNAME can’t have any other record, so mail receivers may find either one.`;
      const cnames = `the CNAME ${targets.length === 1 ? 'record' : 'records'} ${code(place.host)} that ${targets.length === 1 ? 'points' : 'point'} to ${listNames(targets)}`;
      if (isOurs && others)
        return {
          detail,
          fix: `Delete ${cnames}, and the ${place.type} ${nameRecords(others)} ${formatExcerpts(others)}.`,
        };
      if (isOurs) {
        const kept = found.count === 1 ? `${nameRecords(found)}, which is right` : nameRecords(found);
        return { detail, fix: `Delete ${cnames}. Keep the ${place.type} ${kept}.` };
      }
      const all = found.count === 0 ? '' : ` and the ${place.type} ${nameRecords(found)} there`;
      return { detail, ...deleteAndAdd(`${cnames}${all}`, place) };
    },
  },
  cname_in_the_way: {
    title: 'A CNAME is in the way',
    say: ({ target, found }, { place }) => ({
      detail: `${code(place.name)} is a CNAME to ${code(target)}, ${
        found ? `where we found ${place.type} ${formatExcerpts(found)}` : 'which doesn’t have the record'
      }. A name with a CNAME can’t have any other record.`,
      ...deleteAlias(place),
    }),
  },
  cname_proxied: {
    title: 'A proxy answers instead of the record',
    say: ({ addresses }, { place }) =>
      addresses
        ? sayProxiedKey(formatExcerpts(addresses), place)
        : {
            detail: `${code(place.name)} returns addresses of Cloudflare’s proxy instead of ${withArticle(place.type)} record. A proxied record (orange cloud) hides what is behind it.`,
            ...deleteAndAdd(`the record ${code(place.host)} with the orange cloud`, place),
          },
  },
  cname_dangling: {
    title: 'A CNAME points to a name that doesn’t exist',
    say: ({ target, isDirect }, { place }) => ({
      detail: `${code(place.name)} is a CNAME ${isDirect ? 'to' : 'that leads to'} ${code(target)}, which doesn’t exist.`,
      ...deleteAlias(place),
    }),
  },
  cname_loop: {
    title: 'CNAMEs point to each other in a loop',
    say: (facts, { place }) => ({
      detail: `These CNAMEs lead back to where they started: ${showPath(facts)}. No record can be found there.`,
      ...deleteAlias(place),
    }),
  },
  cname_chain_too_long: {
    title: 'Too many CNAMEs in a row',
    say: (facts, { place }) => ({
      detail: `More than eight CNAMEs follow one another: ${showPath(facts)}. Resolvers give up before they reach a record.`,
      ...deleteAlias(place),
    }),
  },
  wildcard_answer: {
    title: 'A wildcard record answers instead',
    say: ({ isBeforePublishing }, { place }) => {
      const detail = `${code(place.name)} has no ${place.type} record of its own. A \`*\` record answers for it, as it does for any other name.`;
      return isBeforePublishing
        ? { detail: `${detail} A record of its own takes precedence, so you can add ours.`, fix: null }
        : {
            detail,
            fix: `${addRecord(place)} It takes precedence over the wildcard, which can stay.`,
            copy: copyValue(place),
          };
    },
  },
};

function nameRecords({ count }: Excerpts): string {
  return count === 1 ? 'record' : 'records';
}

function deleteAlias(place: WordedPlace) {
  return deleteAndAdd(`the CNAME record ${code(place.host)}`, place);
}

function showPath({ path, isLonger }: Path): string {
  return `${path.map(code).join(' → ')}${isLonger ? ' → …' : ''}`;
}
