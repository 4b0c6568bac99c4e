import { useState } from 'react';
import { CopyButton } from '../../components/CopyButton.tsx';
import type { RecordRow } from './record-rows.ts';

const SHORT_CHARACTERS = 96;

/** The value of a record: whole on demand, wrapped, copied with one click; what is too long for one string also in parts. */
export function RecordValue({ row }: { row: RecordRow }) {
  const [isWhole, setWhole] = useState(false);
  const [isInParts, setInParts] = useState(false);
  const isLong = row.value.length > SHORT_CHARACTERS;
  // Where the panel's wish is known there is nothing to choose.
  const parts = row.chunks.length > 1 && row.panel.value === row.value ? formatQuotedParts(row.chunks) : null;
  const shown = isInParts && parts ? parts : row.panel.value;
  const isPriorityApart = row.priority !== null && !row.panel.hasPriority;
  if (row.isOwn)
    return (
      <>
        <p>You already have a valid DMARC policy. No change needed.</p>
        <p dir="ltr" className="mt-0.5 line-clamp-2 font-mono text-muted [overflow-wrap:anywhere]">
          {row.found[0]}
        </p>
      </>
    );
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <p dir="ltr" className={`font-mono [overflow-wrap:anywhere] ${isLong && !isWhole ? 'line-clamp-2' : ''}`}>
          {shown}
        </p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-muted">
          {isPriorityApart && (
            <span className="inline-flex items-center gap-1">
              Priority <span className="font-mono text-ink">{row.priority}</span>
              <CopyButton value={String(row.priority)} what={`the priority of ${row.title}`} className="-my-1.5" />
            </span>
          )}
          {isLong && <span>{`${row.value.length} characters${isWhole ? '' : ', copied whole'}`}</span>}
          {isLong && (
            <button
              type="button"
              className="text-accent hover:underline max-md:min-h-11"
              aria-expanded={isWhole}
              onClick={() => setWhole(!isWhole)}
            >
              {isWhole ? 'Show less' : 'Show all'}
              <span className="sr-only"> of the value of {row.title}</span>
            </button>
          )}
          {parts && isWhole && (
            <button
              type="button"
              className="text-accent hover:underline max-md:min-h-11"
              aria-pressed={isInParts}
              onClick={() => setInParts(!isInParts)}
            >
              {isInParts ? 'Single string' : 'Split into quoted strings'}
            </button>
          )}
        </p>
        {row.panel.note && <p className="mt-0.5 max-w-prose text-muted">{row.panel.note}</p>}
      </div>
      <CopyButton
        value={shown}
        what={`the value of ${row.title}${isInParts ? ' in quoted strings' : ''}${isLong ? `, all ${row.value.length} characters` : ''}`}
        className="-my-1.5"
      />
    </div>
  );
}

/** Formats the strings of a TXT record as master files and some panels have them (RFC 1035 §5.1). */
function formatQuotedParts(chunks: readonly string[]): string {
  return chunks.map((chunk) => `"${chunk.replace(/["\\]/g, '\\$&')}"`).join(' ');
}
