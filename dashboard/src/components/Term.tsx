import { useId, useState } from 'react';
import { splitTerms, TERMS } from './terms.ts';

/** A word that explains itself on demand, where it stands: by click, by Enter, and on hover. */
function Term({ word, text }: { word: string; text: string }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        title={text}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        className="rounded-control underline decoration-edge decoration-dotted underline-offset-4 hover:text-ink"
        onClick={() => setOpen(!isOpen)}
      >
        {word}
      </button>
      {isOpen && (
        <span id={id} className="text-muted">
          {' '}
          ({text})
        </span>
      )}
    </>
  );
}

/** A sentence in which the words that need it can be explained. */
export function Explained({ text }: { text: string }) {
  return splitTerms(text).map(({ text: part, term }) => {
    const meaning = term === null ? undefined : TERMS[term];
    return meaning === undefined ? part : <Term key={part} word={part} text={meaning} />;
  });
}
