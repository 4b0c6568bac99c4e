import { formatExcerpt, formatExcerpts } from '../../answers/quote-found.ts';
import type { FindingFacts } from '../../judgement/observation.ts';
import {
  code,
  listNames,
  nameAllMxRecords,
  nameOtherMxRecords,
  panelOf,
  sayBeside,
  sayLeftOut,
  wordTime,
} from './phrases.ts';
import { atDelegator, isRegistered } from './servers.ts';
import type { Said, WordedPlace, Words } from './wording.ts';

type ZoneCode =
  | 'domain_not_registered'
  | 'delegation_missing'
  | 'dnssec_bogus'
  | 'negative_cache'
  | 'conflict_before_publishing';

/** Words for zones as a whole, for what resolvers remember, and for what was there before. */
export const ZONE_WORDS: Words<ZoneCode> = {
  domain_not_registered: {
    title: 'This domain doesn’t exist',
    say: ({ domain, registry }) => ({
      detail: `The name servers of ${registry === '' ? 'the root zone' : code(`.${registry}`)} don’t know ${code(domain)}. It isn’t registered, has expired, or has no name servers yet.`,
      fix: `Check the spelling. If it’s right, register or renew ${code(domain)}, or enter your DNS provider’s name servers at your registrar.`,
    }),
  },
  delegation_missing: {
    title: 'The domain has no working name servers',
    say: ({ zone, servers }) => ({
      detail: `${describeDelegation(zone, servers)} No record of it can be found.`,
      fix: isRegistered(zone)
        ? `Enter the right name servers for ${code(zone)} at your registrar.`
        : `At the DNS provider of its parent zone, correct or delete the NS records of ${code(zone)}.`,
    }),
  },
  dnssec_bogus: {
    title: 'DNSSEC validation fails',
    say: ({ zone }, { place }) => ({
      detail: `${code(zone)} is signed with DNSSEC, but its signatures don’t match its records. Resolvers that validate reject its answers, so mail receivers see no records either. Nothing has been changed.`,
      fix: `Re-sign the zone ${code(zone)} at ${panelOf(place)}, or remove its DS record ${atDelegator(zone)}.`,
    }),
  },
  negative_cache: {
    title: 'Published – still propagating',
    say: ({ what, until }, { place }) => {
      const time = wordTime(new Date(until));
      return {
        detail:
          what === 'resolvers'
            ? `Your name servers have the record at ${code(place.name)}. Some resolvers remember from earlier that it wasn’t published, until ${time} at the latest.`
            : `Your name servers changed ${code(place.name)}. The zone is signed, and the resolver that validates it remembers the old answer, until ${time} at the latest. We’ll check again automatically.`,
        fix: null,
      };
    },
  },
  conflict_before_publishing: {
    title: 'A conflicting record already exists',
    say: (facts, { place }) => sayConflict(facts, place),
  },
};

function describeDelegation(zone: string, servers: readonly string[]): string {
  if (servers.length === 0) return `${code(zone)} has no name servers.`;
  const none = servers.length === 1 ? 'which has no address' : 'none of which has an address';
  return `${code(zone)} is delegated to ${listNames(servers)}, ${none}.`;
}

function sayConflict(facts: FindingFacts['conflict_before_publishing'], place: WordedPlace): Said {
  const name = code(place.name);
  const before = 'before you add ours, if nothing else needs it';
  const beforeAll = 'before you add ours, if nothing else needs them';
  switch (facts.what) {
    case 'cname':
      return {
        detail: `${name} is a CNAME to ${code(facts.target)}. A name with a CNAME can’t have any other record, so ours can’t be added.`,
        fix: `Delete the CNAME record ${code(place.host)} ${before}.`,
      };
    case 'key':
      return {
        detail: `${name} already has a TXT record: ${formatExcerpt(facts.found)}. Only one key is allowed there.`,
        fix: `Delete the TXT record ${code(place.host)} that holds ${formatExcerpt(facts.found)} ${before}.`,
      };
    case 'mail_server':
      return {
        detail: `${name} already has ${facts.found.count === 1 ? 'a mail server' : 'mail servers'}: ${formatExcerpts(facts.found)}. This name is for ours alone, because bounces could go to any other.`,
        fix: `Delete ${nameAllMxRecords(facts.found, place)} ${facts.found.count === 1 ? before : beforeAll}.`,
      };
    case 'null_mx':
      return {
        detail: `${name} already has a null MX record (a single dot), which says that this name accepts no mail. Bounces can’t be delivered as long as it’s there.${sayBeside(facts.others)}`,
        fix:
          facts.others === undefined
            ? `Delete the MX record at ${code(place.host)} that is a single dot before you add ours.`
            : `Delete the MX record at ${code(place.host)} that is a single dot, and ${nameOtherMxRecords(facts.others, place)}, ${beforeAll}.`,
      };
    case 'spf':
      return {
        detail: `${name} already has an SPF record: ${formatExcerpt(facts.found)}. Only one is allowed.`,
        fix: `Don’t add a second one. Change it to ${code(facts.suggestion)}.${sayLeftOut(facts.leftOut)}`,
        copy: { label: 'Copy SPF record', value: facts.suggestion },
        suggestion: facts.suggestion,
      };
    case 'dmarc':
      return {
        title: 'You already have a DMARC policy',
        detail: `${name} already has a DMARC policy: ${formatExcerpt(facts.found)}. It is valid${facts.isStricter ? ', and stricter than the one we suggest' : ''}. Keep it and don’t add ours, because receivers ignore both if there are two.`,
        fix: null,
      };
  }
}
