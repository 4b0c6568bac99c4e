import type { AutosendDomains } from '../client.ts';
import type { Ask } from './publish.ts';

/** Where a command reads and writes. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends a command that runs on. */
  readonly signal: AbortSignal;
  /** A result. */
  print(text: string): void;
  /** Asks the person at the terminal; left out if there is none. */
  readonly ask?: Ask;
  /** What people want to know beside it. */
  note(text: string): void;
}

/** What was typed. */
export interface CommandInput {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly client: AutosendDomains;
  readonly terminal: Terminal;
}

/** One command: gives back its exit code. */
export interface Command {
  readonly usage: string;
  readonly about: string;
  readonly flags: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;
  run(input: CommandInput): Promise<number>;
}
