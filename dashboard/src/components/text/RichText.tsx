import { localizeTimes } from './local-times.ts';
import { Explained } from './Term.tsx';

/** A sentence of the server, in which names stand in backticks. Text only, never markup: what is to be copied comes beside it, whole. */
export function RichText({ text }: { text: string }) {
  return text.split('`').map((part, index) => {
    // Every second part stands between backticks.
    const key = `${index} ${part}`;
    return index % 2 === 0 ? (
      <bdi key={key}>
        <Explained text={localizeTimes(part)} />
      </bdi>
    ) : (
      <code key={key} dir="ltr" className="rounded bg-sunken px-1 font-mono text-small [overflow-wrap:anywhere]">
        {part}
      </code>
    );
  });
}
