import { code, listNames, panelOf } from './phrases.ts';
import { isRegistered } from './servers.ts';
import type { Words } from './wording.ts';

/** Words for zones that are set up badly. */
export const ODD_ZONE_WORDS: Words<'ns_records_outdated' | 'soa_not_answered' | 'zone_not_served'> = {
  ns_records_outdated: {
    title: 'The zone names outdated name servers',
    say: ({ zone, outdated, delegated }, { place }) => ({
      detail: `${code(zone)} is served by ${listNames(delegated)}, but its own NS records still name ${outdated.length > 0 ? listNames(outdated) : 'servers that can’t be reached'}. Your records were found, though some mail receivers may not find them.`,
      fix: `In the zone ${code(zone)} at ${panelOf(place)}, change the NS records to ${listNames(delegated)}. Nothing has to change where the zone is delegated.`,
    }),
  },
  soa_not_answered: {
    title: 'A name server answers only in part',
    say: ({ zone, servers }) => ({
      detail: `${listNames(servers)} ${servers.length === 1 ? 'answers' : 'answer'} for the records of ${code(zone)}, but not for the SOA and NS records that every zone has. Your records were found, though some mail receivers may not find them.`,
      fix: `Ask whoever runs ${listNames(servers)} to set up the zone ${code(zone)} with SOA and NS records.`,
    }),
  },
  zone_not_served: {
    title: 'Your name servers don’t know the domain',
    say: ({ zone, servers }) => ({
      ...(!isRegistered(zone) && { title: 'The name servers don’t know the zone' }),
      detail: `${code(zone)} is delegated to ${listNames(servers)}, ${servers.length === 1 ? 'which doesn’t serve it' : 'but none of them serve it'}, so its records can’t be found. Nothing has been changed.`,
      fix: `Set up the zone ${code(zone)} on ${servers.length === 1 ? 'that server' : 'those servers'}, or ${isRegistered(zone) ? 'enter the right name servers at your registrar' : `correct or delete the NS records of ${code(zone)} at the DNS provider of its parent zone`}.`,
    }),
  },
};
