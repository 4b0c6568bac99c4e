import { useState } from 'react';
import { CopyButton } from '../../components/CopyButton.tsx';
import type { RecordRow } from './record-rows.ts';

const SHORT_CHARACTERS = 96;

/** The value of a record: whole on demand, wrapped, copied with one click; what is too long for one string also in parts. */
export function RecordValue({ row }: { row: RecordRow }) {
  const [isWhole, setWhole] = useState(false);
  const [isInParts, setInParts] = useState(false);
  const isLong = row.value.length > SHORT_CHARACTERS;
  const parts = row.chunks.length > 1 ? formatQuotedParts(row.chunks) : null;
  const shown = isInParts && parts ? parts : row.value;
  const facts = [
    ...(row.priority === null ? [] : [`Priority ${row.priority}`]),
    ...(isLong ? [`${row.value.length} characters`] : []),
    `TTL ${row.ttlSeconds} s, or automatic`,
  ];
  if (row.isOwn)
    return (
      <>
        <p>Your own policy is there and valid. Leave it as it is.</p>
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
        <p className="mt-0.5 flex flex-wrap gap-x-2 text-muted">
          <span>{facts.join(' · ')}</span>
          {isLong && (
            <button
              type="button"
              className="text-accent hover:underline max-md:min-h-8"
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
              className="text-accent hover:underline max-md:min-h-8"
              aria-pressed={isInParts}
              onClick={() => setInParts(!isInParts)}
            >
              {isInParts ? 'As one text' : 'In quoted parts'}
            </button>
          )}
        </p>
      </div>
      <CopyButton
        value={shown}
        what={isInParts ? `the value of ${row.title} in quoted parts` : `the value of ${row.title}`}
        className="-my-1.5"
      />
    </div>
  );
}

/** Formats the strings of a TXT record as master files and some panels have them (RFC 1035 §5.1). */
function formatQuotedParts(chunks: readonly string[]): string {
  return chunks.map((chunk) => `"${chunk.replace(/["\\]/g, '\\$&')}"`).join(' ');
}
