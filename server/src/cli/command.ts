import { parseArgs } from 'node:util';
import type { Clock } from '../core/clock.ts';
import { findNearestName } from '../core/names/nearest-name.ts';
import type { Context } from '../services/context.ts';
import type { Storage } from '../storage.ts';
import type { Output } from './output.ts';
import { UsageError } from './usage-error.ts';

/** One flag: as `parseArgs` wants it, and what the help says of it. */
interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for its value in the help. */
  readonly value?: string;
  readonly about: string;
}

/** The flags that a command takes. */
export type Flags = Readonly<Record<string, Flag>>;

/** What was typed after the name of a command. */
export type Arguments<F extends Flags> = {
  readonly [N in keyof F]?: F[N]['type'] extends 'boolean' ? boolean : string;
} & {
  /** What the command works on. */
  readonly words: readonly string[];
};

/** What `secrets rotate` must know of where the data is kept. */
export type KeyStorage = Pick<Storage, 'secretKey' | 'secretKeyFolder'>;

/** How a command is written: what it takes, and what it does through the services. It prints one result. */
export interface Definition<F extends Flags> {
  /** The words that it is called by. */
  readonly name: string;
  /** What it works on, as the help shows it, such as `<domain> <selector>`: one word each. */
  readonly operands?: string;
  /** What it does, as one sentence. */
  readonly about: string;
  /** What it takes beside the flags of every command. */
  readonly flags?: F;
  /** Whether it has to stay what it was started as: it writes files of other users. */
  readonly keepsRoot?: boolean;
  /** Reads what root may read and the service's user may not: what it gives takes the place of the arguments with these names. */
  readonly prepare?: (args: Arguments<F>) => Promise<Partial<Arguments<F>>>;
  run(ctx: Context, args: Arguments<F>, output: Output, storage: KeyStorage): Promise<void>;
  /** Does it without a database, where the arguments say so. */
  readonly remote?: {
    isMeant(args: Arguments<F>): boolean;
    run(clock: Clock, args: Arguments<F>, output: Output): Promise<void>;
  };
}

/** A command whose arguments are understood. */
export interface Call {
  readonly json: boolean;
  readonly help: boolean;
  /** Comes before root's rights are given away. */
  prepare(): Promise<void>;
  run(ctx: Context, output: Output, storage: KeyStorage): Promise<void>;
  /** Is there only where neither database nor secret key is needed. */
  runRemotely?(clock: Clock, output: Output): Promise<void>;
}

/** One command of `autosend`. */
export interface Command extends Pick<Definition<Flags>, 'name' | 'operands' | 'about' | 'keepsRoot'> {
  readonly flags: Flags;
  /** Parses what follows the name. @throws UsageError */
  parse(argv: readonly string[]): Call;
}

/** The flags of every command. */
export const COMMON_FLAGS = {
  json: { type: 'boolean', about: 'Print the result as one JSON document.' },
  help: { type: 'boolean', short: 'h', about: 'Show this help.' },
} as const;

/** The project that a command works in. */
export const PROJECT_FLAG = {
  project: { type: 'string', short: 'p', value: 'NAME', about: 'The project (default: "default").' },
} as const;

/** Makes a command that parses its own flags, and refuses those of others. */
export function defineCommand<const F extends Flags>(definition: Definition<F>): Command {
  const { name, operands, about, keepsRoot = false, remote } = definition;
  const flags: Flags = { ...definition.flags, ...COMMON_FLAGS };
  return {
    name,
    ...(operands !== undefined && { operands }),
    about,
    keepsRoot,
    flags,
    parse(argv) {
      const { values, positionals } = parseFlags(name, flags, argv);
      const words = positionals.slice(name.split(' ').length);
      const taken = splitOperands(operands).length;
      if (values.help !== true && words.length > taken) throw new UsageError(describeExtraWord(name, words, taken));
      // Strictly parsed: what is in it is what `flags` says, which TypeScript cannot follow through a type parameter.
      let args = { ...values, words } as unknown as Arguments<F>;
      return {
        json: values.json === true,
        help: values.help === true,
        async prepare() {
          args = { ...args, ...(await definition.prepare?.(args)) };
        },
        run: (ctx, output, storage) => definition.run(ctx, args, output, storage),
        ...(remote?.isMeant(args) && {
          runRemotely: (clock: Clock, output: Output) => remote.run(clock, args, output),
        }),
      };
    },
  };
}

function parseFlags(name: string, flags: Flags, argv: readonly string[]) {
  const args = [...argv];
  const { tokens } = parseArgs({ args, options: flags, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens)
    if (token.kind === 'option' && !Object.hasOwn(flags, token.name))
      throw new UsageError(describeUnknownFlag(name, flags, token));
  try {
    return parseArgs({ args, options: flags, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(describeBadFlag(flags, tokens), { cause });
  }
}

/** The words of `<domain> <selector>`. */
function splitOperands(operands = ''): string[] {
  return operands.match(/<[^>]+>/g) ?? [];
}

function describeExtraWord(name: string, words: readonly string[], taken: number): string {
  const extra = words[taken] ?? '';
  if (taken === 0) return `autosend ${name} takes no arguments, but "${extra}" was given.`;
  const quoted = taken === 1 ? ' Put quotation marks around a name that has spaces in it.' : '';
  return `autosend ${name} takes ${taken === 1 ? 'one argument' : `${taken} arguments`}, but "${extra}" was given as well.${quoted}`;
}

/** Says which flag lacks its value, or has one that it doesn't take: `parseArgs` found that one of them does. */
function describeBadFlag(
  flags: Flags,
  tokens: readonly { readonly kind: string; readonly name?: string; readonly value?: string | undefined }[],
): string {
  for (const { kind, name = '', value } of tokens) {
    if (kind !== 'option') continue;
    if (flags[name]?.type === 'boolean' && value !== undefined) return `--${name} doesn't take a value.`;
    if (flags[name]?.type === 'string' && (value === undefined || value.startsWith('-')))
      return `--${name} needs a value. If it starts with a hyphen, write --${name}=VALUE.`;
  }
  return "The command line can't be understood.";
}

function describeUnknownFlag(name: string, flags: Flags, flag: { name: string; rawName: string }): string {
  const meant = findNearestName(flag.name, Object.keys(flags));
  const taken = Object.keys(flags).map((each) => `--${each}`);
  return `autosend ${name} doesn't take ${flag.rawName}.${meant === null ? '' : ` Did you mean --${meant}?`} It takes ${taken.slice(0, -1).join(', ')} and ${taken.at(-1)}.`;
}
