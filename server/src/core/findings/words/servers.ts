import { describeFailureOf } from '../../answers/failure-words.ts';
import type { FailureFacts, FailuresFacts, FindingFacts, ServersFacts } from '../../judgement/observation.ts';
import { findRegistrableDomain } from '../../names/public-suffix.ts';
import { addRecord, code, copyValue, listNames, panelOf, wordTime } from './phrases.ts';
import type { About, Said, WordedPlace, Words } from './wording.ts';

type ServerCode =
  | 'answered_without_authority'
  | 'nameserver_without_tcp'
  | 'nameserver_not_public'
  | 'nameservers_disagree'
  | 'nameserver_lame'
  | 'nameserver_unreachable'
  | 'no_nameserver_answered'
  | 'resolver_unanswered'
  | 'referenced_name_unanswered'
  | 'zone_expired';

const MINUTE_MS = 60_000;
const UNCHANGED = 'This says nothing about your records, and nothing has been changed.';

/** Words for name servers that differ, fail or do not answer. */
export const SERVER_WORDS: Words<ServerCode> = {
  nameservers_disagree: {
    title: 'Not on all of your name servers yet',
    say: (facts, { place }) => {
      const { verified, ...others } = facts;
      const names = Object.values(others).flatMap((servers) => servers?.names ?? []);
      return {
        ...(!verified && { title: 'Your name servers don’t agree' }),
        detail: describeDisagreement(facts, code(place.name)),
        fix: `This usually settles within minutes. If it doesn’t, ask ${panelOf(place)} about ${listNames(names)}.`,
      };
    },
  },
  nameserver_lame: {
    title: 'A name server doesn’t know your domain',
    say: (failure, { place }) => ({
      detail: wordFailure(failure),
      fix: `${removeServer(failure, place)} Or set the zone up on it.`,
    }),
  },
  answered_without_authority: {
    title: 'A name server answers without authority',
    say: ({ names, count }, { place }) => ({
      detail: `${listNames(names, count)} ${count === 1 ? 'answers' : 'answer'} for ${code(place.zoneName)}, but not as an authoritative name server (the AA flag is missing), as if from a cache. Some mail receivers may ignore such answers, and we don’t conclude from them that a record is missing.`,
      fix: `Ask whoever runs ${listNames(names, count)} to serve the zone ${code(place.zoneName)} as an authoritative name server. A resolver or forwarder can’t stand in for one.`,
    }),
  },
  nameserver_without_tcp: {
    title: 'A name server can’t be reached over TCP',
    say: ({ names, count }, { place }) => ({
      detail: `The answer for ${code(place.name)} is too large for one UDP packet, and ${listNames(names, count)} didn’t send it over TCP. Mail receivers can’t get it from ${count === 1 ? 'that server' : 'those servers'} either.`,
      fix: `Ask whoever runs ${listNames(names, count)} to allow DNS over TCP (port 53), for example in the firewall.`,
    }),
  },
  nameserver_not_public: {
    title: 'A name server has no public address',
    say: ({ names, count }, { place }) => ({
      detail: `${listNames(names, count)} ${count === 1 ? 'has' : 'have'} only private addresses, which can’t be reached from the internet. Mail receivers can’t get any record of ${code(place.zoneName)} from ${count === 1 ? 'that server' : 'those servers'}.`,
      fix: `Give ${listNames(names, count)} public addresses, or replace ${count === 1 ? 'it' : 'them'} with public name servers ${atDelegator(place.zoneName)}.`,
    }),
  },
  nameserver_unreachable: {
    title: 'A name server didn’t answer',
    say: (failure, { place }) => ({
      detail: `${wordFailure(failure)} Your other name servers answered.`,
      fix: `If this persists, ask ${panelOf(place)} about ${code(failure.server)}.`,
    }),
  },
  no_nameserver_answered: { title: 'Your name servers didn’t answer us', say: saySilence },
  resolver_unanswered: { title: 'Our DNS resolver isn’t responding', say: saySilence },
  referenced_name_unanswered: { title: 'A related DNS lookup failed', say: sayReferenced },
  zone_expired: {
    title: 'A name server has lost your records',
    say: (facts, { place }) => ({
      detail: wordFailures(facts),
      fix: `Ask ${panelOf(place)} why ${listNames(
        facts.failures.map(({ server }) => server),
        facts.count,
      )} no longer ${facts.count === 1 ? 'has' : 'have'} a valid copy of the zone ${code(place.zoneName)}.`,
    }),
  },
};

/** Who can change the name servers of a zone: the registrar for a registered domain, else whoever holds the zone above it. */
export function atDelegator(zone: string): string {
  return isRegistered(zone) ? 'at your registrar' : 'at the DNS provider of its parent zone';
}

/** Whether a zone is a registered domain, and not one that a zone of its owner delegates. */
export function isRegistered(zone: string): boolean {
  return (findRegistrableDomain(zone) ?? zone) === zone;
}

/** A server is named by the zone, by its delegation, or by both; a wrong guess would send people to a panel that does not show it. */
function removeServer({ server, isDelegated }: FindingFacts['nameserver_lame'], place: WordedPlace): string {
  const zone = code(place.zoneName);
  const above = atDelegator(place.zoneName);
  const what = `Remove ${code(server)} from the`;
  if (isDelegated === false) return `${what} NS records in the zone ${zone} at ${panelOf(place)}.`;
  if (isDelegated) return `${what} name servers of ${zone} ${above}.`;
  return `${what} name servers of ${zone} wherever it is listed: ${above}, in the zone’s own NS records at ${panelOf(place)}, or both.`;
}

function describeDisagreement(facts: FindingFacts['nameservers_disagree'], name: string): string {
  const views = SAID_FIRST.flatMap((status) => {
    const servers = facts[status];
    return servers ? [{ status, servers }] : [];
  });
  const said = views.map(({ status, servers }, index) => {
    const [first, later] = SEEN[status];
    const seen = index === 0 ? first(servers, name) : later(servers, views[0]?.status === 'verified');
    return `${listNames(servers.names, servers.count)} ${seen}`;
  });
  return `${said.join(', ')}.`;
}

const SAID_FIRST = ['verified', 'conflicting', 'mismatched', 'missing'] as const;

const has = ({ count }: ServersFacts) => (count === 1 ? 'has' : 'have');
const not = ({ count }: ServersFacts) => (count === 1 ? 'doesn’t' : 'don’t');

/** What servers show, said first with the name, or after what others show. */
const SEEN: Readonly<
  Record<
    (typeof SAID_FIRST)[number],
    readonly [
      first: (servers: ServersFacts, name: string) => string,
      later: (servers: ServersFacts, someAreRight: boolean) => string,
    ]
  >
> = {
  verified: [(servers, name) => `${has(servers)} the record at ${name}`, (servers) => `${has(servers)} the record`],
  conflicting: [
    (servers, name) => `${has(servers)} more records at ${name} than allowed`,
    (servers) => `${has(servers)} more than allowed`,
  ],
  mismatched: [
    (servers, name) => `${has(servers)} a different record at ${name}`,
    (servers) => `${has(servers)} a different one`,
  ],
  missing: [
    (servers, name) => `${has(servers)} no record at ${name}`,
    (servers, someAreRight) => (someAreRight ? not(servers) : `${has(servers)} none`),
  ],
};

function wordFailure({ failure, ...source }: FailureFacts): string {
  return describeFailureOf(source, failure);
}

/** Says it of several servers, of the resolver once; of those beyond the first few only the number is told. */
function wordFailures({ failures, count }: FailuresFacts): string {
  const shown = [...new Set(failures.map(wordFailure))].join(' ');
  const more = failures.some(({ via }) => via === 'recursive') ? 0 : count - failures.length;
  return more > 0 ? `${shown} ${more} more ${more === 1 ? 'server' : 'servers'} didn’t answer either.` : shown;
}

function saySilence(facts: FindingFacts['no_nameserver_answered'], { now, nextCheckAt, unanswered }: About): Said {
  const asked = unanswered ? ` ${formatAsked(unanswered.checks, wordTime(new Date(unanswered.since)))}` : '';
  return {
    detail: `${wordFailures(facts)} ${UNCHANGED}${asked}${formatRetry(now, nextCheckAt)}`,
    fix: null,
  };
}

function formatAsked(checks: number, since: string): string {
  if (checks === 1) return `We asked at ${since}.`;
  return `We have asked ${checks === 2 ? 'twice' : `${checks} times`} since ${since}.`;
}

function formatRetry(now: Date, nextCheckAt: Date | null): string {
  if (nextCheckAt === null) return '';
  const isSoon = nextCheckAt.getTime() - now.getTime() < MINUTE_MS;
  return ` We’ll try again ${isSoon ? 'within a minute' : `at ${wordTime(nextCheckAt)}`}.`;
}

function sayReferenced(facts: FindingFacts['referenced_name_unanswered'], { place, nextCheckAt }: About): Said {
  const name = code(place.name);
  const retry = nextCheckAt === null ? '' : ' We’ll retry automatically.';
  if (facts.what === 'target')
    return {
      detail: `${name} is a CNAME, so the record is expected at ${code(facts.target)}, which could not be looked up just now. ${wordFailures(facts)} ${UNCHANGED}${retry}`,
      fix: `If this persists, check where the CNAME ${code(place.host)} points.`,
    };
  const others = facts.names.length === 0 ? 'another name' : listNames(facts.names);
  const detail = `What applies at ${name} also depends on ${others}, which could not be looked up just now. ${UNCHANGED}${retry}`;
  if (place.kind === 'dmarc')
    return {
      detail,
      fix: `If this persists, give the domain its own policy. ${addRecord(place)}`,
      copy: copyValue(place),
    };
  return { detail, fix: 'If this persists, check the names after `include:` and `redirect=` in the SPF record.' };
}
