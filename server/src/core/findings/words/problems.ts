import { type Excerpt, type Excerpts, formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import type {
  DkimProblem,
  DmarcProblem,
  SpfLimit,
  SpfProblem,
  SpfRecordProblem,
  SpfTargetProblem,
  SpfTermProblem,
} from '../../judgement/problems.ts';
import { listCharacters, nameCharacter } from './characters.ts';
import { listNames } from './phrases.ts';

/** Completes "… because": why a DKIM key record cannot be read. */
export function wordDkimProblem(problem: DkimProblem): string {
  switch (problem.what) {
    case 'empty':
      return 'it is empty';
    case 'empty_part':
      return 'there are two semicolons in a row';
    case 'no_equals':
      return `there is text without a "=" between semicolons: ${formatExcerpt(problem.part)}`;
    case 'tag_name':
      return `there is text that receivers don’t expect before "=": ${formatExcerpt(problem.name)}`;
    case 'tag_character':
      return `the tag ${formatExcerpt(problem.tag)} contains ${problem.character === undefined ? 'a character that isn’t allowed' : `${nameCharacter(problem.character)} at character ${problem.at}, which isn’t allowed`}`;
    case 'tag_twice':
      return `the tag ${formatExcerpt(problem.tag)} appears twice`;
    case 'version':
      return `v= is ${problem.found.length === 0 ? 'empty' : formatExcerpt(problem.found)} instead of exactly DKIM1`;
    case 'version_not_first':
      return 'v= is not the first tag';
    case 'no_key':
      return 'it has no p= tag with the key';
    case 'base64_url':
      return 'the key has "-" or "_" where it should have "+" or "/"';
    case 'base64_character':
      return `the key contains ${formatExcerpt(problem.found)} at character ${problem.at}, which isn’t allowed in a key`;
    case 'base64_length':
      return `the key has ${problem.length} characters, and no key has that length: one was added or lost`;
    case 'base64_padding':
      return `the key has ${problem.extra === 1 ? 'a "="' : `${problem.extra} "="`} too many at its end`;
  }
}

/** Completes "… because": why a DMARC record is not valid. */
export function wordDmarcProblem(problem: DmarcProblem): string {
  switch (problem.what) {
    case 'quoted':
      return 'quotation marks were published as part of it';
    case 'space_before':
      return 'there is a space before v=DMARC1';
    case 'backslashes':
      return 'backslashes were published as part of it';
    case 'semicolon_missing':
      return 'the semicolon after v=DMARC1 is missing';
    case 'version':
      return 'v= is not exactly DMARC1, in capital letters and followed by a semicolon';
    case 'no_version':
      return 'it doesn’t start with v=DMARC1';
    case 'no_policy':
      return 'it has no p= tag';
    case 'odd_characters':
      return `it contains ${listCharacters(problem.characters)}`;
    case 'text_before':
      return `there is text in front of v=DMARC1: ${formatExcerpt(problem.text)}`;
    case 'policy':
      return problem.found.length === 0
        ? `${problem.tag}= is empty`
        : `${problem.tag}= is ${formatExcerpt(problem.found)}, not none, quarantine or reject`;
    case 'tag_twice':
      return `the tag ${problem.tag}= appears twice`;
  }
}

/** Completes "… because": why receivers cannot use an SPF record. */
export function wordSpfProblem(problem: SpfProblem): string {
  return problem.what === 'target'
    ? `they stop at ${formatExcerpt(problem.term)}: ${wordTarget(problem.problem)}`
    : wordRecord(problem);
}

function wordRecord(problem: SpfRecordProblem): string {
  switch (problem.what) {
    case 'no_spf':
      return 'it doesn’t start with v=spf1 and a space';
    case 'too_long':
      return `it is ${problem.length} characters long, and we read at most ${problem.limit} (RFC 7208 recommends no more than 450)`;
    case 'term':
      return `the term ${formatExcerpt(problem.term)} is wrong: ${wordTerm(problem.problem)}`;
    case 'modifier_twice':
      return `the modifier ${problem.name}= appears twice`;
  }
}

function wordTarget(problem: SpfTargetProblem): string {
  switch (problem.what) {
    case 'no_space_before':
      return wordMissingSpace(problem.next);
    case 'impossible_name':
      return 'it doesn’t name a possible domain';
    case 'no_record':
      return `there is no SPF record at ${formatExcerpt(problem.name)}`;
    case 'several_records':
      return `there are ${problem.count} SPF records at ${formatExcerpt(problem.name)}`;
    case 'unreadable':
      return `in the SPF record at ${formatExcerpt(problem.name)}, ${wordRecord(problem.problem)}`;
  }
}

function wordTerm(problem: SpfTermProblem): string {
  switch (problem.what) {
    case 'no_term':
      return 'it is neither a mechanism nor a modifier';
    case 'unknown_mechanism':
      return wordUnknownMechanism(problem.meant);
    case 'after_all':
      return 'nothing may follow "all"';
    case 'needs_domain':
      return `"${problem.name}" must be followed by a colon and a domain name`;
    case 'needs_colon_or_slash':
      return `only a colon or a slash may follow "${problem.name}"`;
    case 'needs_address':
      return `"${problem.name}" must be followed by a colon and an address`;
    case 'no_address':
      return `the text after the colon is not an ${problem.name === 'ip4' ? 'IPv4' : 'IPv6'} address`;
    case 'prefix':
      return 'the number of bits after the slash is not possible';
    case 'equals_sign':
      return 'the "=" should be ":"';
    case 'odd_characters':
      return `it contains ${listCharacters(problem.characters)}`;
    case 'no_space_before':
      return wordMissingSpace(problem.next);
    case 'address_as_host':
      return wordAddress(problem);
    case 'no_domain':
      return 'it has no domain name';
    case 'no_dot':
      return 'the domain name needs at least one dot';
    case 'top_label':
      return 'it doesn’t end in a valid top-level domain';
    case 'percent':
      return 'a "%" doesn’t start a macro';
    case 'character':
      return 'it contains a character that isn’t allowed';
    case 'no_labels_kept':
      return 'a macro asks to keep 0 labels';
    case 'explanation_letter':
      return `the macro letter ${problem.letter} is only allowed in explanation texts`;
  }
}

function wordMissingSpace(next: Excerpt): string {
  return `the space before ${formatExcerpt(next)} is missing. The strings of a TXT record are joined without one`;
}

function wordAddress({ name, meant = 'ip4' }: Extract<SpfTermProblem, { what: 'address_as_host' }>): string {
  const isNameOnly = name === 'include' || name === 'redirect';
  const address = meant === 'ip4' ? 'an IPv4 address' : 'an IPv6 address';
  return isNameOnly
    ? `"${name}" takes a domain name; ${address} is written with "${meant}:"`
    : `it names ${address}, which is written with "${meant}:"`;
}

function wordUnknownMechanism(meant: 'ip4' | 'ip6' | 'redirect' | 'exp' | null): string {
  switch (meant) {
    case 'ip4':
      return 'there is no such mechanism (an IPv4 address is written with "ip4:")';
    case 'ip6':
      return 'there is no such mechanism (an IPv6 address is written with "ip6:")';
    case 'redirect':
    case 'exp':
      return `"${meant}" is a modifier, written with "=" and nothing before it`;
    case null:
      return 'there is no such mechanism';
  }
}

/** Says which limit of RFC 7208 §4.6.4 the SPF record at a name passes, as a sentence. */
export function wordSpfLimit(limit: SpfLimit, name: string): string {
  switch (limit.what) {
    case 'circle':
      return `The SPF record at ${name} loops: ${listNames(limit.names)} ${limit.names.length === 1 ? 'leads back to itself' : 'lead to each other'}. Receivers give up after ${limit.limit} DNS lookups (RFC 7208 §4.6.4).`;
    case 'lookups':
      return `The SPF record at ${name} needs more than the ${limit.limit} DNS lookups that receivers make (RFC 7208 §4.6.4). The first one over is ${formatExcerpt(limit.term)} in the record of ${formatExcerpt(limit.domain)}.`;
    case 'void_lookups':
      return `In the SPF record at ${name}, ${limit.terms.count} of the DNS lookups find nothing, but receivers allow only ${limit.limit} (RFC 7208 §4.6.4): ${formatExcerpts(withoutRepeats(limit.terms))}.`;
    case 'mail_servers':
      return `${formatExcerpt(limit.term)} in the SPF record at ${name} leads to ${limit.count} MX records, but receivers allow only ${limit.limit} (RFC 7208 §4.6.4).`;
  }
}

/** One term may lead to several names that are not there; it is named once. */
function withoutRepeats({ shown, count }: Excerpts): Excerpts {
  const terms = [...new Map(shown.map((term) => [term.shown, term])).values()];
  return { shown: terms, count: count - (shown.length - terms.length) };
}
