import { useId, useRef } from 'react';
import { splitTerms, TERMS } from './terms.ts';

/** As wide as an explanation gets, and what stays free at the edge of the window. */
const WIDTH_PX = 288;
const MARGIN_PX = 16;

/** A word that explains itself on demand, above the page so that nothing moves: by click and by Enter; Escape closes it. */
function Term({ word, text }: { word: string; text: string }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const note = useRef<HTMLSpanElement>(null);
  const place = () => {
    if (!button.current || !note.current) return;
    const { left, bottom } = button.current.getBoundingClientRect();
    const farthest = document.documentElement.clientWidth - WIDTH_PX - MARGIN_PX;
    note.current.style.left = `${Math.max(MARGIN_PX, Math.min(left, farthest))}px`;
    note.current.style.top = `${bottom + 4}px`;
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-describedby={id}
        className="rounded-control underline decoration-edge decoration-dotted underline-offset-4 hover:text-ink"
        onClick={place}
      >
        {word}
      </button>
      <span
        ref={note}
        id={id}
        role="note"
        popover="auto"
        className="fixed m-0 max-w-72 rounded-box border border-hairline bg-card px-3 py-2 text-small font-normal text-ink shadow-lg shadow-black/5"
      >
        {text}
      </span>
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
