import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AutosendDomains } from '../client.ts';
import type { Command, CommandInput, Terminal } from './command.ts';
import { DOMAIN_COMMANDS } from './domain-commands.ts';
import { createSecret, listen } from './listen.ts';
import { UsageError } from './usage-error.ts';

const COMMON_FLAGS = {
  url: { type: 'string' },
  'api-key-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What `listen` takes; `npx autosend` has the same command. */
const LISTEN: Command = {
  usage: 'listen [--forward URL] [--events domain.*,key.created] [--secret-file FILE]',
  about: 'Print events as they happen, and forward them to a local address, signed like webhooks.',
  flags: { forward: { type: 'string' }, events: { type: 'string' }, 'secret-file': { type: 'string' } },
  async run({ flags, client, terminal }) {
    await runListen(client, flags, terminal);
    return 0;
  },
};

const MCP: Command = {
  usage: 'mcp',
  about: 'Serve the Model Context Protocol on standard input and output.',
  flags: {},
  async run({ client }) {
    const { serveMcpOnStdio } = await import('../mcp/stdio.ts');
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    await serveMcpOnStdio(client, version);
    return 0;
  },
};

const ADVANCE: Command = {
  usage: 'test advance <seconds>',
  about: "Move a test project's clock forward and run everything that becomes due.",
  flags: {},
  async run({ words: [seconds = ''], flags, client, terminal }) {
    if (!/^[1-9]\d{0,7}$/.test(seconds)) throw new UsageError('Say how many seconds. Example: test advance 3600');
    const done = await client.test.advance(Number(seconds), { signal: terminal.signal });
    const { now, checks, deliveries, events } = done;
    const text = `The clock shows ${now}. Ran ${checks} checks and ${deliveries} deliveries; ${events} events.`;
    terminal.print(flags.json === true ? JSON.stringify(done, null, 2) : text);
    return 0;
  },
};

const COMMANDS: Readonly<Record<string, Command>> = {
  listen: LISTEN,
  mcp: MCP,
  'test advance': ADVANCE,
  ...DOMAIN_COMMANDS,
};

const HELP = `autosend-domains: the command line of the AutoSend Domains API

${Object.values(COMMANDS)
  .map(({ usage, about }) => `  autosend-domains ${usage}\n      ${about}`)
  .join('\n')}

The service is at --url or AUTOSEND_URL; the API key is in --api-key-file or AUTOSEND_API_KEY. --json prints JSON.
Exit codes: 0 success, 1 failure, 2 wrong usage.`;

/** Runs what was typed; gives back the exit code. @throws UsageError, AutosendError */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const words = argv.filter((word) => !word.startsWith('-'));
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((each) => Object.hasOwn(COMMANDS, each));
  const command = name === undefined ? undefined : COMMANDS[name];
  if (!command || argv.includes('--help') || argv.includes('-h')) {
    terminal.print(HELP);
    return argv.includes('--help') || argv.includes('-h') || words[0] === 'help' ? 0 : 2;
  }
  const { values, positionals } = readArguments(argv, command);
  const client = await openClient(values, terminal.env);
  const taken = name?.split(' ').length ?? 0;
  return command.run({ words: positionals.slice(taken), flags: values, client, terminal });
}

function readArguments(argv: readonly string[], command: Command) {
  try {
    return parseArgs({ args: [...argv], options: { ...COMMON_FLAGS, ...command.flags }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : ''}\nUsage: autosend-domains ${command.usage}`);
  }
}

/** Follows events until it is ended. @throws UsageError, AutosendError */
export async function runListen(
  client: AutosendDomains,
  flags: CommandInput['flags'],
  terminal: Terminal,
): Promise<void> {
  const { forward, events } = flags;
  const file = flags['secret-file'];
  if (typeof forward === 'string' && !/^https?:\/\//.test(forward))
    throw new UsageError('--forward must be a URL such as http://localhost:4000/hook.');
  const given = typeof file === 'string' ? await readSecret(file) : null;
  const secret = given ?? createSecret();
  if (given === null && typeof forward === 'string') terminal.note(`Signing with ${secret} while this command runs.`);
  const types = typeof events === 'string' ? events.split(',').map((each) => each.trim()) : [];
  await listen({
    events: client.events,
    forward: typeof forward === 'string' ? forward : undefined,
    types,
    secret,
    signal: terminal.signal,
    print: terminal.print,
    note: terminal.note,
  });
}

async function readSecret(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => null);
  const secret = text?.trim() ?? '';
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret))
    throw new UsageError(`The file ${file} must contain a secret: whsec_…`);
  return secret;
}

/** Reads where the service is, and the key, which stands in no argument: everybody on a machine sees those. */
async function openClient(flags: CommandInput['flags'], env: Terminal['env']): Promise<AutosendDomains> {
  const baseUrl = typeof flags.url === 'string' ? flags.url : env.AUTOSEND_URL;
  if (baseUrl === undefined) throw new UsageError('Say where the service is: --url https://…, or AUTOSEND_URL.');
  const file = flags['api-key-file'];
  const apiKey = typeof file === 'string' ? await readKey(file) : env.AUTOSEND_API_KEY;
  if (!apiKey) throw new UsageError('The API key is missing: set AUTOSEND_API_KEY, or use --api-key-file FILE.');
  return new AutosendDomains({ apiKey, baseUrl });
}

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new UsageError(`The file ${file} can't be read.`);
  return text.trim().replace(/^AUTOSEND_API_KEY=/, '');
}
