/** Long lines wrap: what is cut off at the side of a phone is not read. */
const TEXT =
  'max-h-64 overflow-auto rounded-control bg-sunken p-3 font-mono text-small whitespace-pre-wrap [overflow-wrap:anywhere]';

/** A body, as it was. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <section aria-label={label}>
      <h3 className="mb-1 text-small font-medium">{label}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard. */}
      <pre tabIndex={0} className={TEXT}>
        {text}
      </pre>
    </section>
  );
}
