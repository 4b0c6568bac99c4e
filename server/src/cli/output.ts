import { tameJson, tameLines, tameText } from '../core/plain-text.ts';

/** Where a command writes: rows for people, JSON for programs. */
export interface Output {
  /** A result: `value` with `--json`, otherwise `text`. */
  print(value: unknown, text: string): void;
  /** How far it is, for people who watch; to stderr, so that the result stays alone. */
  note(text: string): void;
  /** Asks the person at the terminal; null where nobody sits there, and with `--json`. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** The result that was printed is one that a script takes for a failure: exit code 1. */
  fail(): void;
  hasFailed(): boolean;
}

/** Where text goes: stdout and stderr of the process. */
export interface Streams {
  writeResult(text: string): void;
  writeError(text: string): void;
  /** Asks the person who sits there; left out where nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | null;
}

/** Writes to the streams of a command, for whoever sits at a terminal: names and the like are what tenants wrote. */
export function createOutput(json: boolean, streams: Streams): Output {
  let hasFailed = false;
  return {
    print: (value, text) =>
      streams.writeResult(`${json ? tameJson(JSON.stringify(value, null, 2)) : tameLines(text)}\n`),
    ask: json ? null : (streams.ask ?? null),
    note: (text) => streams.writeError(`${tameLines(text)}\n`),
    fail() {
      hasFailed = true;
    },
    hasFailed: () => hasFailed,
  };
}

/** Formats rows as columns that line up. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(tameText));
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
