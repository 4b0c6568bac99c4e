/*
 * The words of every finding, a file for each subject. `ENGLISH` joins them into one catalogue that is complete by
 * type: a code without words doesn't compile. A wording takes the facts and returns title, detail, fix and what to
 * copy (`wording.ts`); shared phrases are in `phrases.ts`. Another language is another catalogue. Nothing is
 * decided here.
 */

import type { FindingCode, ObservationOf } from '../../judgement/observation.ts';
import { ALIAS_WORDS } from './aliases.ts';
import { DKIM_WORDS } from './dkim.ts';
import { DMARC_WORDS } from './dmarc.ts';
import { KEY_CNAME_WORDS } from './key-cname.ts';
import { MX_WORDS, SPF_WORDS } from './mail-from.ts';
import { ODD_ZONE_WORDS } from './odd-zones.ts';
import { PLACE_WORDS } from './places.ts';
import { SERVER_WORDS } from './servers.ts';
import { VALUE_WORDS } from './values.ts';
import type { About, Said, Words } from './wording.ts';
import { ZONE_WORDS } from './zone.ts';

/** The words for every finding, in English. A code without words does not compile. */
export const ENGLISH: Words = {
  ...PLACE_WORDS,
  ...VALUE_WORDS,
  ...ALIAS_WORDS,
  ...MX_WORDS,
  ...SPF_WORDS,
  ...DKIM_WORDS,
  ...KEY_CNAME_WORDS,
  ...DMARC_WORDS,
  ...SERVER_WORDS,
  ...ZONE_WORDS,
  ...ODD_ZONE_WORDS,
};

/** Says in English what was seen, and what to do. */
export function sayInEnglish<C extends FindingCode>({ code, facts }: ObservationOf<C>, about: About): Said {
  return ENGLISH[code].say(facts, about);
}
