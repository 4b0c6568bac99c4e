/** What a provider said: words of a stranger, which have a direction of their own. */
export function Quoted({ text }: { text: string }) {
  return (
    <p dir="auto" className="max-w-prose font-mono text-small text-muted [overflow-wrap:anywhere]">
      {text}
    </p>
  );
}
