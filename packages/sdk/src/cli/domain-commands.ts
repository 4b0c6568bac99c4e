import { AutosendError } from '../autosend-error.ts';
import type { Domain } from '../shapes.ts';
import type { Command, CommandInput } from './command.ts';
import { escapeControls, formatApplied, formatPlan } from './plan-text.ts';
import { publish, readConsents } from './publish.ts';
import { UsageError } from './usage-error.ts';

const ID = /^[a-f\d]{24}$/;

function print({ flags, terminal }: CommandInput, value: unknown, lines: readonly string[]): void {
  terminal.print(flags.json === true ? JSON.stringify(value, null, 2) : lines.map(escapeControls).join('\n'));
}

function readName({ words: [name] }: CommandInput): string {
  if (name === undefined) throw new UsageError('The domain is missing, by name or id.');
  return name;
}

async function findDomain(input: CommandInput): Promise<Domain> {
  const name = readName(input);
  const options = { signal: input.terminal.signal };
  const domain = ID.test(name)
    ? await input.client.domains.get(name, options)
    : await input.client.domains.find(name, options);
  if (!domain) throw new AutosendError('NOT_FOUND', `There is no domain ${name} in this project.`, { status: 404 });
  return domain;
}

function describe({ domainName, verificationStatus, regionKey, id }: Domain): string {
  return `${domainName}  ${verificationStatus}  ${regionKey}  ${id}`;
}

async function printRecords(input: CommandInput, domain: Domain): Promise<void> {
  const records = await input.client.domains.records(domain.id, { signal: input.terminal.signal });
  const lines = records.map(
    ({ type, name, priority, value, status }) =>
      `${type.padEnd(3)}  ${status.padEnd(11)}  ${name}\n     ${priority === undefined ? '' : `${priority} `}${value}`,
  );
  print(input, { domain, records }, [describe(domain), '', ...lines]);
}

/** `domains …`: what can be done with domains by the API alone. */
export const DOMAIN_COMMANDS: Readonly<Record<string, Command>> = {
  'domains add': {
    usage: 'domains add <name> [--region us-east-1] [--auto-publish]',
    about: 'Add a domain and show the records to publish.',
    flags: { region: { type: 'string' }, 'auto-publish': { type: 'boolean' } },
    async run(input) {
      const { region } = input.flags;
      const body = {
        domain: readName(input),
        ...(typeof region === 'string' && { regionKey: region }),
        ...(input.flags['auto-publish'] === true && { autoPublish: true }),
      };
      await printRecords(input, await input.client.domains.create(body, { signal: input.terminal.signal }));
      return 0;
    },
  },
  'domains list': {
    usage: 'domains list [--status VERIFIED] [--search part]',
    about: 'List the domains of the project, newest first.',
    flags: { status: { type: 'string' }, search: { type: 'string' } },
    async run(input) {
      const { status, search } = input.flags;
      const filter = {
        ...(typeof status === 'string' && { status: status as Domain['verificationStatus'] }),
        ...(typeof search === 'string' && { search }),
      };
      const found: Domain[] = [];
      for await (const domain of input.client.domains.iterate(filter, { signal: input.terminal.signal }))
        found.push(domain);
      print(input, found, found.map(describe));
      return 0;
    },
  },
  'domains get': {
    usage: 'domains get <name or id>',
    about: 'Show a domain and its records, as of the last check.',
    flags: {},
    async run(input) {
      await printRecords(input, await findDomain(input));
      return 0;
    },
  },
  'domains verify': {
    usage: 'domains verify <name or id> [--wait SECONDS]',
    about: 'Check the records now, or until the domain is VERIFIED.',
    flags: { wait: { type: 'string' } },
    async run(input) {
      const { wait } = input.flags;
      if (wait !== undefined && !/^[1-9]\d{0,4}$/.test(String(wait)))
        throw new UsageError('--wait takes whole seconds, such as --wait 600.');
      const { id } = await findDomain(input);
      const { signal } = input.terminal;
      const domain =
        wait === undefined
          ? (await input.client.domains.verify(id, { signal })).domain
          : await input.client.domains.waitUntilVerified(id, { signal, timeoutMs: Number(wait) * 1000 });
      await printRecords(input, domain);
      return domain.verificationStatus === 'VERIFIED' ? 0 : 1;
    },
  },
  'domains diagnose': {
    usage: 'domains diagnose <name or id> [--refresh]',
    about: 'Say what is wrong with the records, and how to fix it.',
    flags: { refresh: { type: 'boolean' } },
    async run(input) {
      const { id } = await findDomain(input);
      const refresh = input.flags.refresh === true;
      const seen = await input.client.domains.diagnose(id, {
        ...(refresh && { refresh }),
        signal: input.terminal.signal,
      });
      const findings = [...seen.records.flatMap((record) => record.findings), ...seen.findings];
      const lines = findings.flatMap(({ severity, title, detail, fix }) => [
        `${severity}: ${title}`,
        `  ${detail}`,
        ...(fix === null ? [] : [`  ${fix}`]),
      ]);
      print(input, seen, lines.length > 0 ? lines : ['Nothing is wrong.']);
      return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
    },
  },
  'domains plan': {
    usage: 'domains plan <name or id>',
    about: 'Show what would be published in DNS. Nothing is written.',
    flags: {},
    async run(input) {
      const { id } = await findDomain(input);
      const plan = await input.client.domains.dnsPlan(id, { signal: input.terminal.signal });
      print(input, plan, formatPlan(plan).split('\n'));
      return 0;
    },
  },
  'domains publish': {
    usage: 'domains publish <name or id> [--consent CODE,CODE] [--yes]',
    about: 'Publish the records through a DNS connection, after showing what changes.',
    flags: { consent: { type: 'string' }, yes: { type: 'boolean' } },
    async run(input) {
      const { id } = await findDomain(input);
      const { flags, terminal, client } = input;
      const { signal } = terminal;
      const { plan, applied } = await publish(
        {
          getPlan: () => client.domains.dnsPlan(id, { signal }),
          apply: (body) => client.domains.publish(id, body, { signal }),
          ask: flags.json === true || flags.yes === true ? null : (terminal.ask ?? null),
          note: (text) => terminal.note(escapeControls(text)),
          signal,
        },
        readConsents(flags.consent),
      );
      print(input, applied ?? plan, (applied ? formatApplied(applied) : 'Nothing was written.').split('\n'));
      const left = applied ? applied.left : plan.changes.filter(({ action }) => action !== 'keep');
      return left.length === 0 ? 0 : 1;
    },
  },
  'domains rm': {
    usage: 'domains rm <name or id> [--withdraw now|later|never]',
    about: 'Delete a domain and its DKIM keys for good.',
    flags: { withdraw: { type: 'string' } },
    async run(input) {
      const withdraw = (['now', 'later', 'never'] as const).find((known) => known === input.flags.withdraw);
      if (input.flags.withdraw !== undefined && !withdraw)
        throw new UsageError('--withdraw takes now, later or never.');
      const { id, domainName } = await findDomain(input);
      await input.client.domains.delete(id, { withdraw, signal: input.terminal.signal });
      print(input, { id, domainName, deleted: true }, [`Deleted ${domainName} and its DKIM keys.`]);
      return 0;
    },
  },
};
