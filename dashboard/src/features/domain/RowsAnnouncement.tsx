import { useEffect, useRef, useState } from 'react';
import type { RecordRow } from './record-rows.ts';

/** Reads out what changed of the records while the page is open: "DKIM key is live. 3 of 5 records are live." */
export function RowsAnnouncement({ rows }: { rows: readonly RecordRow[] }) {
  const [text, setText] = useState('');
  const before = useRef(rows);
  useEffect(() => {
    const old = new Map(before.current.map(({ kind, state }) => [kind, state]));
    before.current = rows;
    const changes = rows.flatMap(({ kind, title, state, word }) => {
      const was = old.get(kind);
      if (was === undefined || was === state) return [];
      return [state === 'verified' ? `${title} is live.` : `${title}: ${word}.`];
    });
    if (changes.length === 0) return;
    const live = rows.filter(({ state }) => state === 'verified').length;
    setText(`${changes.join(' ')} ${live} of ${rows.length} records are live.`);
  }, [rows]);
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}
