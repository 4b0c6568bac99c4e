/** Where a command writes: rows for people, JSON for programs. */
export interface Output {
  /** A result: `value` with `--json`, otherwise `text`. */
  print(value: unknown, text: string): void;
  /** How far it is, for people who watch; to stderr, so that the result stays alone. */
  note(text: string): void;
}

/** Writes to stdout and stderr. */
export function createOutput(json: boolean): Output {
  return {
    print(value, text) {
      process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text}\n`);
    },
    note: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** Formats rows as columns that line up. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
