import type { SeenByCheck } from '../../api/domains.ts';

/** Says in one sentence what a check saw, such as "Checked 2 name servers just now: 3 records still missing." */
export function describeSeen(seen: SeenByCheck): string {
  const { checkedAt, isFresh, answeringServers, silentServers } = seen;
  if (checkedAt === null) return 'Still checking. The result will appear here.';
  const when = isFresh ? 'just now' : 'a moment ago';
  const asked = answeringServers + silentServers;
  const servers = asked === 0 ? 'Checked' : `Checked ${count(asked, 'name server')}`;
  const silent = silentServers > 0 && answeringServers > 0 ? ` (${silentServers} did not answer)` : '';
  return `${servers} ${when}${silent}: ${describeRecords(seen)}.`;
}

function describeRecords({ rightRecords, missingRecords, wrongRecords, unansweredRecords }: SeenByCheck): string {
  const parts = [
    ...(wrongRecords > 0 ? [`${count(wrongRecords, 'record')} to fix`] : []),
    ...(missingRecords > 0 ? [`${count(missingRecords, 'record')} still missing`] : []),
    ...(unansweredRecords > 0 ? [`no answer for ${count(unansweredRecords, 'record')}`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : `all ${rightRecords} records are right`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
