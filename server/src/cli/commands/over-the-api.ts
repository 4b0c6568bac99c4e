import { runListen } from '../../../../packages/sdk/src/cli/commands.ts';
import { UsageError as SdkUsageError } from '../../../../packages/sdk/src/cli/usage-error.ts';
import { AutosendDomains } from '../../../../packages/sdk/src/client.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { loadConfig } from '../../config.ts';
import { readApiKeyFile } from '../api-key-file.ts';
import { type Arguments, defineCommand } from '../command.ts';
import type { Output } from '../output.ts';
import { UsageError } from '../usage-error.ts';

// What works over the API of a running service, by the SDK: `npx autosend-domains` has the same.

const API_FLAGS = {
  url: { type: 'string', value: 'URL', about: 'Where the service is (default: AUTOSEND_PUBLIC_URL, or this machine).' },
  'api-key-file': { type: 'string', value: 'FILE', about: 'A file that contains the API key. Required.' },
} as const;

/** `listen`: events as they happen, forwarded like webhooks. */
export const listenToEvents = defineCommand({
  name: 'listen',
  about: 'Print events as they happen, and forward them to a local address, signed like webhooks.',
  flags: {
    ...API_FLAGS,
    forward: { type: 'string', value: 'URL', about: 'Where to send each event, such as http://localhost:4000/hook.' },
    events: {
      type: 'string',
      value: 'TYPES',
      about: 'Only these types, comma-separated, such as domain.*,key.created (default: all).',
    },
    'secret-file': {
      type: 'string',
      value: 'FILE',
      about: 'A file with the secret to sign with (default: a new one).',
    },
  },
  run: async () => undefined,
  remote: {
    isMeant: () => true,
    async run(_clock, args, output) {
      const stopping = new AbortController();
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
      const { words: _, ...flags } = args;
      const terminal = { env: {}, signal: stopping.signal, ...printTo(output) };
      await runListen(await openClient(args), flags, terminal).catch((error: unknown) => {
        throw error instanceof SdkUsageError ? new UsageError(error.message) : error;
      });
    },
  },
});

/** `mcp`: the Model Context Protocol on standard input and output. */
export const serveMcp = defineCommand({
  name: 'mcp',
  about: 'Serve the Model Context Protocol on standard input and output.',
  flags: API_FLAGS,
  run: async () => undefined,
  remote: {
    isMeant: () => true,
    async run(_clock, args) {
      const { serveMcpOnStdio } = await import('../../../../packages/sdk/src/mcp/stdio.ts');
      await serveMcpOnStdio(await openClient(args), packageJson.version);
    },
  },
});

function printTo(output: Output): { print(line: string): void; note(line: string): void } {
  return { print: (line) => output.print(line, line), note: (line) => output.note(line) };
}

/** @throws UsageError */
async function openClient(args: Arguments<typeof API_FLAGS>): Promise<AutosendDomains> {
  const file = args['api-key-file'];
  if (file === undefined)
    throw new UsageError('--api-key-file FILE is missing: this command asks the service by its API.');
  const apiKey = await readApiKeyFile(file);
  const baseUrl = args.url ?? loadConfig().publicUrl;
  if (!/^https?:\/\//.test(baseUrl)) throw new UsageError('--url must be a URL such as https://domains.example.com.');
  return new AutosendDomains({ apiKey, baseUrl });
}
