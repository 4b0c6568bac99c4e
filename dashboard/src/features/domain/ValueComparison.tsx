import { compareValues } from './compare-values.ts';

/** How much of what both values share is shown around the difference. */
const CONTEXT_CHARACTERS = 28;
const MARKED_CHARACTERS = 160;

/** The found value above the expected one, with the difference marked by ground and underline. */
export function ValueComparison({ found, expected }: { found: string; expected: string }) {
  const { before, after, ...middle } = compareValues(found, expected);
  const start = before.length > CONTEXT_CHARACTERS ? `…${before.slice(-CONTEXT_CHARACTERS)}` : before;
  const end = after.length > CONTEXT_CHARACTERS ? `${after.slice(0, CONTEXT_CHARACTERS)}…` : after;
  const lines = [
    { word: 'Found', different: middle.found, mark: 'bg-wrong-soft text-wrong decoration-wrong' },
    { word: 'Expected', different: middle.expected, mark: 'bg-verified-soft text-verified decoration-verified' },
  ];
  return (
    <dl className="mt-2 grid items-start gap-y-1 md:grid-cols-[auto_1fr] md:gap-x-3">
      {lines.map(({ word, different, mark }) => (
        <div key={word} className="contents">
          <dt className="py-1 text-muted">{word}</dt>
          <dd className="min-w-0 rounded-control bg-sunken px-2 py-1 font-mono break-all" dir="ltr">
            {start}
            {different === '' ? (
              word === 'Found' && <span className="text-muted">{after === '' ? ' [ends here]' : ' [missing] '}</span>
            ) : (
              <mark className={`rounded-sm underline underline-offset-2 ${mark}`}>{clip(different)}</mark>
            )}
            {end}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function clip(text: string): string {
  return text.length > MARKED_CHARACTERS ? `${text.slice(0, MARKED_CHARACTERS)}… (${text.length} characters)` : text;
}
