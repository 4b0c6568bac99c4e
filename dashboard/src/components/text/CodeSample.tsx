import { CopyButton } from '../CopyButton.tsx';

/** Commands or a request to copy, in lines as they are pasted. @param what names it for whoever cannot see the icon */
export function CodeSample({ text, what }: { text: string; what: string }) {
  return (
    <div className="flex items-start gap-1 rounded-control bg-sunken py-1 pr-1 pl-3">
      <code
        dir="ltr"
        className="min-w-0 flex-1 py-1.5 font-mono text-small whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {text}
      </code>
      <CopyButton value={text} what={what} />
    </div>
  );
}
