import type { Failed } from '../answers/dns-answer.ts';
import { findCause, findServerFault } from '../answers/failure.ts';
import { listServers } from '../judgement/judgement.ts';
import type { Explanation, RecordView } from './view.ts';

const MAX_SERVERS = 6;

/** What is odd about the zone of a record that was found all the same: worth correcting, since not every receiver is as patient. */
export function findOddity({ result }: RecordView): Explanation | null {
  const zone = result.zone;
  if (!zone?.oddity || result.aliases.length > 0 || !result.answers.some(({ outcome }) => outcome !== 'failed'))
    return null;
  const { name, oddity } = zone;
  switch (oddity.kind) {
    case 'outdated_ns': {
      const [outdated, delegated] = [oddity.outdated.slice(0, MAX_SERVERS), oddity.delegated.slice(0, MAX_SERVERS)];
      return { code: 'ns_records_outdated', facts: { zone: name, outdated, delegated }, evidence: [] };
    }
    case 'no_soa': {
      const servers = zone.nameservers.slice(0, MAX_SERVERS).map((server) => server.name);
      return { code: 'soa_not_answered', facts: { zone: name, servers }, evidence: [] };
    }
  }
}

/** Every server that a zone is delegated to says that the zone is none of its business: it never mends itself. */
export function explainUnserved({ result }: RecordView): Explanation | null {
  const { answers, zone, aliases } = result;
  const isUnserved = answers.every(
    (answer) =>
      answer.outcome === 'failed' &&
      answer.source.via === 'authoritative' &&
      findCause(answer) === null &&
      findServerFault(answer) === null &&
      (answer.reason === 'refused' || answer.reason === 'lame'),
  );
  if (!isUnserved || !zone || aliases.length > 0) return null;
  const servers = [...new Set(answers.map(({ source }) => source.server))];
  return { code: 'zone_not_served', facts: { zone: zone.name, servers: servers.slice(0, MAX_SERVERS) }, evidence: [] };
}

/** All servers of the zone have the same fault, which does not mend itself. What the resolvers failed to make of it says no more. */
export function explainServerFault({ result }: RecordView): Explanation | null {
  const own = result.answers.filter(
    (answer): answer is Failed => answer.outcome === 'failed' && answer.source.via === 'authoritative',
  );
  const faults = new Set(own.map(findServerFault));
  const [fault] = faults;
  if (faults.size !== 1 || !fault || result.aliases.length > 0) return null;
  return { code: fault, facts: listServers(own), evidence: [] };
}
