import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import { CopyButton } from '../../components/CopyButton.tsx';
import { readTime } from '../../components/now.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { type State, StateMark } from '../../components/StateMark.tsx';
import { FindingView } from './FindingView.tsx';
import { RecordValue } from './RecordValue.tsx';
import type { RecordRow } from './record-rows.ts';

const HEADING = 'px-2 py-2 text-left font-medium text-muted first:pl-4 last:pr-4';
const CELL = 'block px-4 py-1 align-top md:table-cell md:px-2 md:py-3 md:first:pl-4 md:last:pr-4';
/** Longer than this, timers end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const PHONE_LABEL = 'block text-muted md:hidden';

/** The records to publish, with what was seen of each. A table, and cards on a phone. */
export function RecordsTable({
  rows,
  panelName,
  isLive,
  foldsDone = false,
}: {
  rows: readonly RecordRow[];
  /** Whose panel the records go into; null where it isn't known. */
  panelName: string | null;
  /** Whether somebody is looking right now, or will in a moment. */
  isLive: boolean;
  /** Whether a record that is live takes one line until somebody opens it. */
  foldsDone?: boolean;
}) {
  const expects = panelName === null ? '' : ` (as ${panelName} expects it)`;
  const nameHeading = `Name${expects}`;
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const isFolded = ({ kind, state }: RecordRow) => foldsDone && state === 'verified' && !opened.has(kind);
  return (
    <table className="block w-full text-small md:table md:table-fixed">
      <caption className="sr-only">The records to publish</caption>
      {/* Over nothing but folded rows, they would be headings of nothing. */}
      <thead className={rows.every(isFolded) ? 'hidden' : 'hidden md:table-header-group'}>
        <tr className="border-b border-hairline">
          <th scope="col" className={`${HEADING} w-18`}>
            Type
          </th>
          <th scope="col" className={`${HEADING} w-50 lg:w-68`}>
            {nameHeading}
          </th>
          <th scope="col" className={HEADING}>
            {`Value${expects}`}
          </th>
          <th scope="col" className={`${HEADING} w-38`}>
            State
          </th>
        </tr>
      </thead>
      {rows.map((row) => (
        <RecordRows
          key={row.kind}
          row={row}
          nameHeading={nameHeading}
          isLive={isLive}
          isFolded={isFolded(row)}
          onOpen={() => setOpened(new Set([...opened, row.kind]))}
        />
      ))}
    </table>
  );
}

function RecordRows({
  row,
  nameHeading,
  isLive,
  isFolded,
  onOpen,
}: {
  row: RecordRow;
  nameHeading: string;
  isLive: boolean;
  /** Whether it takes one line, until `onOpen`. */
  isFolded: boolean;
  onOpen(): void;
}) {
  const isNew = useTurnedGreen(row.state);
  const [found] = row.found;
  const isPropagated = useIsPast(row.resolversSeeItBy);
  const findings = row.findings.filter(({ code }) => !(isPropagated && code === 'negative_cache'));
  // Two values that have nothing in common explain nothing side by side.
  const compared = findings.findIndex(({ severity, code }) => severity === 'error' && code !== 'value_of_other_record');
  return (
    <tbody data-record={row.kind} className="block border-b border-hairline py-3 last:border-0 md:table-row-group">
      <tr className="block md:table-row">
        <th scope="rowgroup" colSpan={4} className="block px-4 pt-1 text-left font-normal md:table-cell md:pt-3">
          <div className="flex flex-wrap items-center justify-between gap-x-4">
            <p>
              <span className="font-semibold">{row.title}</span> <span className="text-muted">{row.benefit}</span>{' '}
              {!row.kind.startsWith('key:') && !isFolded && (
                <span
                  className={`rounded-control px-1.5 py-0.5 ${row.isRequired ? 'bg-accent-soft text-accent' : 'bg-sunken text-muted'}`}
                >
                  {row.isRequired ? 'Required' : 'Recommended'}
                </span>
              )}
            </p>
            {isFolded && (
              <p className="flex items-center gap-4 max-md:w-full max-md:justify-between md:pb-3">
                <StateMark state={row.state} word={row.word} isNew={isNew} />
                <button type="button" className="text-accent hover:underline max-md:min-h-11" onClick={onOpen}>
                  Show<span className="sr-only"> {row.title}</span>
                </button>
              </p>
            )}
          </div>
        </th>
      </tr>
      {!isFolded && (
        <tr className="block md:table-row">
          <td className={`${CELL} font-medium`}>
            <span className="font-normal text-muted md:hidden">Type </span>
            {row.type}
          </td>
          <td className={CELL}>
            <span className={PHONE_LABEL}>{nameHeading}</span>
            <div className="flex items-start gap-1">
              <div className="min-w-0 flex-1">
                <p dir="ltr" className="font-mono font-medium [overflow-wrap:anywhere]">
                  {breakAtDots(row.host)}
                </p>
                {row.host !== row.name && (
                  <p dir="ltr" className="mt-0.5 text-muted [overflow-wrap:anywhere]">
                    {breakAtDots(row.name)}
                  </p>
                )}
              </div>
              <CopyButton value={row.host} what={`the name of ${row.title}`} className="-my-1.5" />
            </div>
          </td>
          <td className={CELL}>
            <span className={PHONE_LABEL}>Value</span>
            <RecordValue row={row} />
          </td>
          <td className={CELL}>
            <StateMark state={row.state} word={row.word} isLive={isLive} isNew={isNew} />
            {row.note && (
              <p className="mt-0.5 text-muted max-md:ml-2 max-md:inline">
                {row.note.text} <RelativeTime at={row.note.at} />
              </p>
            )}
          </td>
        </tr>
      )}
      {findings.length > 0 && (
        <tr className="block md:table-row">
          <td colSpan={4} className="block px-4 pt-1 pb-3 md:table-cell md:pr-4 md:pl-20">
            <div className="flex flex-col gap-3 border-l-2 border-hairline pl-3">
              {findings.map((finding, index) => (
                <FindingView
                  // biome-ignore lint/suspicious/noArrayIndexKey: the same code may be there twice, and order is their identity.
                  key={`${finding.code} ${index}`}
                  finding={finding}
                  comparison={
                    index === compared && row.state === 'wrong' && found !== undefined && row.found.length === 1
                      ? { found, expected: row.priority === null ? row.value : `${row.priority} ${row.value}` }
                      : undefined
                  }
                />
              ))}
            </div>
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** Whether the state became `verified` while the page was open: only that is felt. */
function useTurnedGreen(state: State): boolean {
  const previous = useRef(state);
  const turned = useRef(false);
  if (previous.current !== state) turned.current = state === 'verified';
  useEffect(() => {
    previous.current = state;
  }, [state]);
  return turned.current;
}

/** Whether a time has passed, while the page is open as well. */
function useIsPast(time: string | null): boolean {
  const [, wake] = useState(0);
  const at = time === null ? null : Date.parse(time);
  useEffect(() => {
    if (at === null || at <= readTime()) return;
    const timer = setTimeout(() => wake((count) => count + 1), Math.min(at - readTime() + 1, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  });
  return at !== null && at <= readTime();
}

/** A name that is too long for its column breaks after a dot, if it can. */
function breakAtDots(name: string): ReactNode[] {
  return name.split('.').map((label, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: labels repeat, and order is their identity.
    <Fragment key={index}>
      {index > 0 && (
        <>
          .<wbr />
        </>
      )}
      {label}
    </Fragment>
  ));
}
