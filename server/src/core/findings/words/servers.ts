import { describeFailureOf } from '../../answers/failure-words.ts';
import type { FailureFacts, FailuresFacts, FindingFacts, ServersFacts } from '../../judgement/observation.ts';
import { findRegistrableDomain } from '../../names/public-suffix.ts';
import { addRecord, code, copyValue, formatTime, listNames, panelOf } from './phrases.ts';
import type { About, Said, Words } from './wording.ts';

type ServerCode =
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
      fix: `Remove ${code(failure.server)} from the name servers of ${code(place.zoneName)} ${atDelegator(place.zoneName)}, or set the zone up on it.`,
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
  const registrable = findRegistrableDomain(zone) ?? zone;
  return registrable === zone ? 'at your registrar' : 'at the DNS provider of its parent zone';
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
  const asked = unanswered ? ` ${formatAsked(unanswered.checks, formatTime(new Date(unanswered.since)))}` : '';
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
  return ` We’ll try again ${isSoon ? 'within a minute' : `at ${formatTime(nextCheckAt)}`}.`;
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
