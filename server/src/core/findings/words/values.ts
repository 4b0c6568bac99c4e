import { type Excerpts, formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import type { FindingFacts } from '../../judgement/observation.ts';
import { listCharacters } from './characters.ts';
import {
  addRecord,
  code,
  copyValue,
  countInWords,
  deleteAndAdd,
  END_WITH_DOT,
  nameAllMxRecords,
  PanelOf,
  panelOf,
  replaceMailServer,
  replaceValue,
  sayBeside,
  splitIntoStrings,
} from './phrases.ts';
import { wordDkimProblem } from './problems.ts';
import type { Said, WordedPlace, Words } from './wording.ts';

type ValueCode =
  | 'value_mismatch'
  | 'value_truncated'
  | 'value_quoted'
  | 'value_has_spaces'
  | 'value_of_other_record'
  | 'key_of_other_domain'
  | 'key_replaced'
  | 'multiple_records';

/** Words for records whose value is not the right one. */
export const VALUE_WORDS: Words<ValueCode> = {
  value_mismatch: {
    title: 'The value doesn’t match',
    say: (facts, { place }) => ({
      detail: describeMismatch(facts, place),
      ...correctMismatch(facts, place),
    }),
  },
  value_truncated: { title: 'The value is cut off', say: (facts, { place }) => sayTruncated(facts, place) },
  value_quoted: {
    title: 'Quotation marks in the value',
    say: ({ found }, { place }) => ({
      detail:
        place.kind === 'ownership'
          ? `The value at ${code(place.name)} is right, but quotation marks were published with it: ${formatExcerpt(found)}.`
          : `Quotation marks were published as part of the value at ${code(place.name)}, so receivers can’t read it: ${formatExcerpt(found)}.`,
      fix: `Remove the quotation marks${place.kind === 'dkim' ? ' (and any backslashes)' : ''} from the value. ${PanelOf(place)} adds the ones it needs automatically.`,
      copy: copyValue(place),
    }),
  },
  value_has_spaces: {
    title: 'Extra spaces in the value',
    say: ({ found, characters }, { place }) => ({
      ...(characters && { title: 'Extra characters in the value' }),
      detail:
        place.kind === 'ownership'
          ? `The value at ${code(place.name)} is right, but ${characters ? `it was published with ${listCharacters(characters)}` : 'there are spaces or line breaks around it'}: ${formatExcerpt(found)}.`
          : `The value at ${code(place.name)} has a space in front, so receivers don’t recognize it: ${formatExcerpt(found)}.`,
      ...(characters ? replaceValue(place) : { fix: 'Remove the spaces around the value.', copy: copyValue(place) }),
    }),
  },
  value_of_other_record: {
    title: 'Values are swapped',
    say: ({ name, count, isSpare }, { place }) => {
      if (count === undefined)
        return {
          detail: `${code(place.name)} holds the value that belongs to ${code(name)}.`,
          ...replaceValue(place),
        };
      const detail = `One of the ${count} TXT records at ${code(place.name)} holds the value that belongs to ${code(name)}.`;
      if (isSpare) return { detail, fix: `Delete that record at ${code(place.host)}.` };
      return { detail, ...replaceValue(place) };
    },
  },
  key_of_other_domain: {
    title: 'This key belongs to another domain',
    say: ({ owner }, { place }) => ({
      detail: `${code(place.name)} holds the key of ${owner === null ? 'another domain' : code(owner)}. Each domain has its own key.`,
      ...replaceValue(place),
    }),
  },
  key_replaced: {
    title: 'The key was replaced',
    say: (_, { place }) => {
      const { fix, copy } = replaceValue(place);
      return {
        detail: `${code(place.name)} used to hold our key and now holds a different one. Receivers can’t verify mail signed with ours.`,
        fix: `${fix} If another service sends with the new key, give it its own selector.`,
        ...(copy && { copy }),
      };
    },
  },
  multiple_records: {
    title: 'There is more than one TXT record',
    say: (facts, { place }) => ({
      detail: `There are ${facts.found.count} TXT records at ${code(place.name)}, but a DKIM key must be the only one there. Receivers may read the wrong one: ${formatExcerpts(facts.found)}.`,
      ...sayWhichToDelete(facts, place),
    }),
  },
};

function correctMismatch(facts: FindingFacts['value_mismatch'], place: WordedPlace): Pick<Said, 'fix' | 'copy'> {
  switch (facts.what) {
    case 'value':
      // Several texts of others: which of them would be replaced is not ours to say, and ours may stand beside them.
      return facts.found.count > 1 ? { fix: addRecord(place), copy: copyValue(place) } : replaceValue(place);
    case 'mail_server':
      // Ours must be the only one.
      return facts.found.count > 1 ? deleteAndAdd(nameAllMxRecords(facts.found, place), place) : replaceValue(place);
    case 'text_around_host':
      return replaceMailServer(facts, place);
    case 'priority_in_host': {
      const { fix, copy } = replaceMailServer(facts, place);
      return { fix: `${fix}${facts.isZoneAppended ? END_WITH_DOT : ''}`, copy };
    }
    default:
      return replaceValue(place);
  }
}

function describeMismatch(facts: FindingFacts['value_mismatch'], place: WordedPlace): string {
  const name = code(place.name);
  switch (facts.what) {
    case 'value':
      return facts.found.count === 1
        ? `The TXT record at ${name} holds a different value: ${formatExcerpts(facts.found)}.`
        : `None of the ${facts.found.count} TXT records at ${name} holds the value. We found ${formatExcerpts(facts.found)}.`;
    case 'key_type':
      return describeKeyType(facts, name);
    case 'key':
      return `The key after \`p=\` at ${name} is different, starting at character ${facts.at} (${formatExcerpt(facts.found)}).`;
    case 'changed_key':
      return `The key at ${name} was copied from ours, but it differs from character ${facts.at} on (${formatExcerpt(facts.found)}) and has ${facts.length} of ${facts.of} characters.`;
    case 'key_case':
      return `The key at ${name} is ours in the wrong case. Capital and small letters matter in a key.`;
    case 'plus_lost':
      return `${facts.count === 1 ? 'The plus sign' : `All ${facts.count} plus signs`} of our key ${facts.count === 1 ? 'is' : 'are'} missing at ${name}. The panel or a script turned "+" into a space.`;
    case 'text_after_key':
      return `The key at ${name} is followed by ${facts.extra} ${facts.extra === 1 ? 'character that doesn’t' : 'characters that don’t'} belong to it${facts.text ? `: ${formatExcerpt(facts.text)}` : ''}.`;
    case 'backslashes':
      return `Backslashes were published as part of the value at ${name}, so receivers can’t read it: ${formatExcerpt(facts.found)}.`;
    case 'zone_file_line':
      return `A whole line of a zone file was pasted as the value at ${name}. Only the text after TXT belongs there, without quotation marks: ${formatExcerpt(facts.found)}.`;
    case 'pem_armor':
      return `The value at ${name} includes the BEGIN and END lines of a key file. Receivers can’t read it: ${formatExcerpt(facts.found)}.`;
    case 'separators':
      return `Semicolons between the parts of the value at ${name} are missing, so receivers can’t tell them apart: ${formatExcerpt(facts.found)}.`;
    case 'pasted_twice':
      return `The value at ${name} was pasted twice, one after the other: ${formatExcerpt(facts.found)}.`;
    case 'tag_case':
      return `${formatExcerpt(facts.tag)} at ${name} is in the wrong case, so receivers don’t recognize it: ${formatExcerpt(facts.found)}.`;
    case 'text_before':
      return `There is text in front of the value at ${name}: ${formatExcerpt(facts.text)}. The value must start exactly as shown. We found ${formatExcerpt(facts.found)}.`;
    case 'odd_characters':
      return `The value at ${name} contains ${listCharacters(facts.characters)}, so ${place.kind === 'ownership' ? 'it doesn’t count' : 'receivers can’t read it'}. We found ${formatExcerpt(facts.found)}.`;
    case 'unreadable_key':
      return `Receivers can’t read the DKIM record at ${name} because ${wordDkimProblem(facts.problem)}. We found ${formatExcerpt(facts.found)}.`;
    case 'bare_key':
      return `The TXT record at ${name} holds only the key. It must start with \`v=DKIM1; k=${facts.expected}; p=\`.`;
    case 'no_key_record':
      return describeNoKey(facts.found, name);
    case 'mail_server':
      return `The MX ${facts.found.count === 1 ? 'record' : 'records'} at ${name} ${facts.found.count === 1 ? 'points' : 'point'} to ${formatExcerpts(facts.found)} instead of ${code(place.value)}.`;
    case 'priority_in_host':
      return `The MX record at ${name} names the mail server ${formatExcerpt(facts.found)}. The priority was typed into the field of the mail server.${sayBeside(facts.others)}`;
    case 'text_around_host':
      return `The MX record at ${name} names our mail server, but with characters that don’t belong to it: ${formatExcerpt(facts.found)}.${sayBeside(facts.others)}`;
    case 'no_spf_record':
      return `The TXT record at ${name} isn’t an SPF record, because it doesn’t start with exactly \`v=spf1\` and a space. We found ${formatExcerpt(facts.found)}.`;
  }
}

function describeKeyType(
  { found, expected, isOurKey }: Extract<FindingFacts['value_mismatch'], { what: 'key_type' }>,
  name: string,
): string {
  const type = found.length === 0 ? 'empty' : `k=${formatExcerpt(found)}`;
  if (!isOurKey) return `The key type at ${name} is ${type} instead of ${expected}.`;
  return found.shown.toLowerCase() === expected
    ? `The key at ${name} is ours, but the key type \`k=${found.shown}\` must be written \`k=${expected}\`. Receivers reject any other case.`
    : `The key at ${name} is ours, but its type is ${type} instead of ${code(`k=${expected}`)}.`;
}

/** Names the record to delete, so that nobody deletes ours. */
function sayWhichToDelete(
  { found, others, isTwice }: FindingFacts['multiple_records'],
  place: WordedPlace,
): Pick<Said, 'fix' | 'copy'> {
  const at = code(place.host);
  const copy = copyValue(place);
  const ours = `our full value (${place.value.length} characters)`;
  if (others === undefined)
    return {
      fix: `Delete ${found.count === 2 ? 'both' : `all ${found.count}`} TXT records at ${at}, and add one with ${ours}.`,
      copy,
    };
  const isOne = others.count === 1;
  if (isTwice)
    return {
      fix: `Our value is there more than once. Keep one TXT record at ${at}, and delete ${isOne ? 'the other one' : 'all others'}.`,
      copy,
    };
  return {
    fix: `Keep the TXT record at ${at} with ${ours}, and delete the ${isOne ? 'other one' : `other ${others.count}`}: ${formatExcerpts(others)}.`,
    copy,
  };
}

function describeNoKey(found: Excerpts, name: string): string {
  return found.count === 1
    ? `There is a TXT record at ${name}, but it is not a DKIM key: ${formatExcerpts(found)}.`
    : `There are ${found.count} TXT records at ${name}, but none of them is a DKIM key: ${formatExcerpts(found)}.`;
}

function sayTruncated(facts: FindingFacts['value_truncated'], place: WordedPlace): Said {
  const strings = splitIntoStrings(place);
  const inStrings = strings
    ? ` If ${panelOf(place)} rejects it, use the version in ${countInWords(strings.count)} quoted strings.`
    : '';
  const count = facts.what === 'split' ? facts.parts + (facts.others?.count ?? 0) : 1;
  const them = count === 1 ? 'the TXT record' : count === 2 ? 'both TXT records' : `all ${count} TXT records`;
  const pasted =
    copyValue(place).label === 'Copy value' ? code(place.value) : `the full value (${place.value.length} characters)`;
  return {
    ...(place.kind === 'dkim' && { title: 'The key is cut off' }),
    detail: describeTruncated(facts, code(place.name)),
    fix: `Delete ${them} at ${code(place.host)} and paste ${pasted}.${inStrings}`,
    copy: copyValue(place),
    ...(strings && { suggestion: strings.text }),
  };
}

/** Beside a DKIM key nothing else may stand. */
function describeOthers(others: Excerpts): string {
  const there = others.count === 1 ? 'is another TXT record' : `are ${others.count} other TXT records`;
  return `There ${there}, which can’t stay next to a DKIM key: ${formatExcerpts(others)}.`;
}

function describeTruncated(facts: FindingFacts['value_truncated'], name: string): string {
  switch (facts.what) {
    case 'value':
      return `The TXT record at ${name} holds only the first ${facts.length} of ${facts.of} characters: ${formatExcerpt(facts.found)}.`;
    case 'record':
      return `The record at ${name} is cut off after ${facts.length} of ${facts.of} characters: ${formatExcerpt(facts.found)}. In a zone file, an unquoted semicolon starts a comment.`;
    case 'key':
      return `The record at ${name} is cut off: the key after \`p=\` has ${facts.length} of ${facts.of} characters.`;
    case 'quoted_record':
      return `The value at ${name} is cut off after ${facts.length} of ${facts.of} characters, and quotation marks or backslashes were published as part of it: ${formatExcerpt(facts.found)}.`;
    case 'part':
      return `The record at ${name} holds only part of our value, characters ${facts.from} to ${facts.to} of ${facts.of}: ${formatExcerpt(facts.found)}.`;
    case 'split':
      return `The key at ${name} is split across ${countInWords(facts.parts)} TXT records. Its parts must be strings of one record, because records have no order.${facts.others ? ` ${describeOthers(facts.others)}` : ''}`;
  }
}
