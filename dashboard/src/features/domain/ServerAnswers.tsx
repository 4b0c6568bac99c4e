import type { Diagnostics } from '../../api/domains.ts';
import { Explained } from '../../components/text/Term.tsx';
import type { RecordRow } from './record-rows.ts';

const OUTCOMES: Readonly<Record<RecordRow['answers'][number]['outcome'], string>> = {
  found: 'record found',
  nxdomain: 'no such name (NXDOMAIN)',
  nodata: 'name exists, record missing',
  timeout: 'no answer in time',
  servfail: 'failed (SERVFAIL)',
  refused: 'refused',
  lame: 'not authoritative (lame)',
  network: 'unreachable',
  malformed: 'unreadable answer',
};

/** Every answer of every server, as it came in. */
export function ServerAnswers({ rows, zone }: { rows: readonly RecordRow[]; zone: Diagnostics['zone'] }) {
  const withAnswers = rows.filter(({ answers }) => answers.length > 0);
  if (withAnswers.length === 0) return <p className="px-4 pb-4 text-muted">No checks yet.</p>;
  return (
    <div className="flex flex-col gap-4 px-4 pb-4 text-small">
      {zone && (
        <p className="max-w-prose text-muted">
          <Explained text="The zone" /> is <code className="font-mono [overflow-wrap:anywhere]">{zone.name}</code>;{' '}
          <Explained text={DNSSEC[zone.dnssec]} />
        </p>
      )}
      {withAnswers.map((row) => (
        <section key={row.kind}>
          <h3 className="font-medium [overflow-wrap:anywhere]">
            {row.type} <code className="font-mono">{row.name}</code>
          </h3>
          <ul className="mt-1 flex flex-col gap-1">
            {row.answers.map((answer) => (
              <li key={`${answer.server} ${answer.address} ${answer.via}`} className="text-muted">
                <bdi className="text-ink [overflow-wrap:anywhere]">{answer.server}</bdi>{' '}
                {answer.address !== answer.server && answer.address !== '' && <>({answer.address}) </>}
                {OUTCOMES[answer.outcome]} · {Math.round(answer.rttMs)} ms
                {answer.ttl !== null && <> · TTL {answer.ttl} s</>}
                {answer.via === 'recursive' && <> · through a resolver</>}
                {answer.detail && <bdi className="block [overflow-wrap:anywhere]">{answer.detail}</bdi>}
                {answer.found.map((value) => (
                  <code
                    key={value}
                    dir="ltr"
                    className="mt-1 block max-h-40 overflow-auto rounded-control bg-sunken px-2 py-1 font-mono text-ink [overflow-wrap:anywhere]"
                  >
                    {value}
                  </code>
                ))}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const DNSSEC: Readonly<Record<NonNullable<Diagnostics['zone']>['dnssec'], string>> = {
  signed: 'its DNSSEC signatures are valid.',
  unsigned: 'it is not signed with DNSSEC.',
  bogus: 'its DNSSEC signatures are invalid.',
  unknown: 'its DNSSEC status is unknown.',
};
