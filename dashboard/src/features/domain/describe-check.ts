import type { Diagnostics } from '../../api/domains.ts';
import type { RecordRow } from './record-rows.ts';

/** Says what a check saw that somebody asked for: "Checked 2 name servers just now: 3 records still missing". */
export function describeCheck(rows: readonly RecordRow[], diagnostics: Diagnostics | undefined): string {
  const servers = diagnostics?.zone?.nameservers.filter(({ answered }) => answered).length ?? 0;
  const checked = servers === 0 ? 'Checked just now' : `Checked ${count(servers, 'name server')} just now`;
  const wrong = rows.filter(({ state }) => state === 'wrong').length;
  const unknown = rows.filter(({ state }) => state === 'unknown' || state === 'attention').length;
  const missing = rows.filter(({ state }) => state === 'waiting').length;
  const parts = [
    ...(wrong > 0 ? [`${count(wrong, 'record')} to fix`] : []),
    ...(missing > 0 ? [`${count(missing, 'record')} still missing`] : []),
    ...(unknown > 0 ? [`no clear answer about ${count(unknown, 'record')}`] : []),
  ];
  return `${checked}: ${parts.length === 0 ? 'all records are live' : parts.join(', ')}`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
