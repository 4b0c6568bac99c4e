import { CopyButton } from '../../components/CopyButton.tsx';
import { Explained } from '../../components/Term.tsx';

/** A sentence in which names stand in backticks; with `isCopyable` each of them can be copied. Text only, never markup. */
export function RichText({ text, isCopyable = false }: { text: string; isCopyable?: boolean }) {
  return text.split('`').map((part, index) => {
    // Every second part stands between backticks.
    const key = `${index} ${part}`;
    if (index % 2 === 0)
      return (
        <bdi key={key}>
          <Explained text={part} />
        </bdi>
      );
    return (
      <span key={key} className={isCopyable ? 'inline-flex max-w-full items-center align-middle' : ''}>
        <code dir="ltr" className="rounded bg-sunken px-1 font-mono text-small [overflow-wrap:anywhere]">
          {part}
        </code>
        {isCopyable && (
          <CopyButton value={part} what={`“${part.slice(0, 40)}”`} className="-my-1.5 size-6 max-md:size-8" />
        )}
      </span>
    );
  });
}
