/** One thing that the palette can do. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** Other words by which people look for it. */
  readonly words?: string;
  run(): void;
}

/**
 * Picks the commands that a text means: all of its words begin some word of the command. Those whose label begins so come
 * first.
 */
export function matchCommands(commands: readonly Command[], search: string): Command[] {
  const wanted = splitWords(search);
  if (wanted.length === 0) return [...commands];
  const found = commands.filter(({ label, hint, words = '' }) => {
    const all = splitWords(`${label} ${hint} ${words}`);
    return wanted.every((word) => all.some((each) => each.startsWith(word)));
  });
  const rank = ({ label }: Command) => (label.toLowerCase().startsWith(search.trim().toLowerCase()) ? 0 : 1);
  return found.toSorted((one, other) => rank(one) - rank(other));
}

function splitWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
