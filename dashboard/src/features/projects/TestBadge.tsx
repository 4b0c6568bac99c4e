/** Marks a project whose domains play parts, so that nobody takes it for a real one. */
export function TestBadge() {
  return (
    <span
      title="The domains of this project follow a script and need no DNS."
      className="shrink-0 rounded-control border border-attention px-1.5 text-small font-medium text-attention"
    >
      Test
    </span>
  );
}
