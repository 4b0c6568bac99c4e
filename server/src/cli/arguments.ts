import { parseArgs } from 'node:util';

/** What was typed after `autosend`. */
export interface Arguments {
  /** Words that are not options: the command and what it works on. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly refresh: boolean;
  readonly project: string;
  /** The project where one was named; otherwise the command is about all of them, if it can be. */
  readonly ownProject: string | undefined;
  readonly region: string | undefined;
  readonly name: string | undefined;
  readonly permission: string | undefined;
  readonly expires: string | undefined;
  readonly status: string | undefined;
  readonly search: string | undefined;
  readonly format: string | undefined;
  readonly out: string | undefined;
  readonly owner: string | undefined;
  readonly watch: boolean;
  readonly onChange: string | undefined;
  /** The address of a service elsewhere. */
  readonly from: string | undefined;
  readonly apiKeyFile: string | undefined;
  readonly type: string | undefined;
  readonly bits: string | undefined;
  readonly selector: string | undefined;
  /** The path of `--import`. */
  readonly importFile: string | undefined;
}

/** A command line that cannot be understood: exit code 2. */
export class UsageError extends Error {}

/** Parses a command line. @throws UsageError */
export function parseArguments(argv: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        refresh: { type: 'boolean', default: false },
        project: { type: 'string', short: 'p' },
        region: { type: 'string' },
        name: { type: 'string' },
        permission: { type: 'string' },
        expires: { type: 'string' },
        status: { type: 'string' },
        search: { type: 'string' },
        format: { type: 'string' },
        out: { type: 'string' },
        owner: { type: 'string' },
        watch: { type: 'boolean', default: false },
        'on-change': { type: 'string' },
        from: { type: 'string' },
        'api-key-file': { type: 'string' },
        type: { type: 'string' },
        bits: { type: 'string' },
        selector: { type: 'string' },
        import: { type: 'string' },
      },
    });
    return {
      words: positionals,
      json: values.json,
      help: values.help,
      refresh: values.refresh,
      project: values.project ?? 'default',
      ownProject: values.project,
      region: values.region,
      name: values.name,
      permission: values.permission,
      expires: values.expires,
      status: values.status,
      search: values.search,
      format: values.format,
      out: values.out,
      owner: values.owner,
      watch: values.watch,
      onChange: values['on-change'],
      from: values.from,
      apiKeyFile: values['api-key-file'],
      type: values.type,
      bits: values.bits,
      selector: values.selector,
      importFile: values.import,
    };
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : 'The command line cannot be understood.', { cause });
  }
}

/** Parses `90d`, `12h`, `30m` or an ISO 8601 time into a time. @throws UsageError */
export function parseExpiry(text: string, now: Date): Date {
  const [, amount, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0;
    return new Date(now.getTime() + Number(amount) * unitMs);
  }
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new UsageError(`--expires takes 90d, 12h, 30m or an ISO 8601 time; "${text}" is none of these.`);
  return time;
}
