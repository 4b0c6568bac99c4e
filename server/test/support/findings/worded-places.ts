import { sayInEnglish } from '../../../src/core/findings/words/english.ts';
import type { About, Said, WordedPlace } from '../../../src/core/findings/words/wording.ts';
import type { Observation } from '../../../src/core/judgement/observation.ts';
import type { RecordKind } from '../../../src/core/records/record.ts';

/** A DKIM value of 410 characters, as a 2048-bit key has. */
export const DKIM_VALUE = `v=DKIM1; k=rsa; p=${'MIIB'.repeat(98)}`;

const OF_ALL = { priority: null, zoneName: 'example.com', panel: null } as const;

/** Where the records of example.com belong, in a panel that is not known. */
export const WORDED_PLACES: Readonly<Record<RecordKind, WordedPlace>> = {
  ownership: {
    ...OF_ALL,
    kind: 'ownership',
    type: 'TXT',
    value: 'autosend-verify-0123',
    name: '_autosend-verify.example.com',
    host: '_autosend-verify',
  },
  dkim: {
    ...OF_ALL,
    kind: 'dkim',
    type: 'TXT',
    value: DKIM_VALUE,
    name: 'autosend._domainkey.example.com',
    host: 'autosend._domainkey',
  },
  mail_from_mx: {
    ...OF_ALL,
    kind: 'mail_from_mx',
    type: 'MX',
    value: 'feedback.example.net',
    priority: 10,
    name: 'asend.example.com',
    host: 'asend',
  },
  mail_from_spf: {
    ...OF_ALL,
    kind: 'mail_from_spf',
    type: 'TXT',
    value: 'v=spf1 include:example.net ~all',
    name: 'asend.example.com',
    host: 'asend',
  },
  dmarc: {
    ...OF_ALL,
    kind: 'dmarc',
    type: 'TXT',
    value: 'v=DMARC1; p=none;',
    name: '_dmarc.example.com',
    host: '_dmarc',
  },
};

/** When the sentences of the tests are read. */
export const READ_AT = new Date('2026-01-15T12:00:00.000Z');

/** What sentences about one of the records depend on. */
export function aboutRecord(kind: RecordKind, place: Partial<WordedPlace> = {}, rest: Partial<About> = {}): About {
  return { place: { ...WORDED_PLACES[kind], ...place }, now: READ_AT, nextCheckAt: null, ...rest };
}

/** What is said, in full: an observation, where it was made, and the words for it. */
export interface WordCase {
  readonly what: string;
  readonly seen: Observation;
  readonly about: About;
  readonly said: Said;
}

/** Says it, without what is not said. */
export function sayWhole({ seen, about }: WordCase): Said {
  return JSON.parse(JSON.stringify(sayInEnglish(seen, about)));
}
