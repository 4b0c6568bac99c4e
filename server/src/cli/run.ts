import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { AutosendError } from '../../../packages/sdk/src/autosend-error.ts';
import { compose, createLog, systemClock } from '../compose.ts';
import { parseConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { formatErrorText } from '../core/logged-error.ts';
import { findNearestName } from '../core/names/nearest-name.ts';
import { tameLines } from '../core/plain-text.ts';
import { migrateDirectly } from '../db/direct-connection.ts';
import { translateDatabaseError } from '../db/failures.ts';
import { explainRefusal } from '../db/refusals.ts';
import type { leaveRoot } from '../leave-root.ts';
import { runAs } from '../services/audit/acting.ts';
import { requireMatchingSecretKey } from '../services/projects/bootstrap.ts';
import { openStorage } from '../storage.ts';
import { type Call, COMMON_FLAGS, type Command } from './command.ts';
import {
  addDnsConnection,
  removeDnsConnection,
  showDnsConnections,
  tryDnsConnection,
} from './commands/dns-connections.ts';
import { planDns, publishDns } from './commands/dns-plan.ts';
import { runDoctor } from './commands/doctor.ts';
import { checkDomainConnect, initDomainConnect, printConnectTemplate } from './commands/domain-connect.ts';
import { activateDomainKey, createDomainKey, listDomainKeys, revokeDomainKey } from './commands/domain-keys.ts';
import {
  addDomain,
  diagnoseDomain,
  listDomains,
  removeDomain,
  setDomain,
  showDomain,
  verifyDomain,
} from './commands/domains.ts';
import { createKey, listKeys, revokeKey } from './commands/keys.ts';
import { migrate } from './commands/migrate.ts';
import { exportForMailServer } from './commands/mta.ts';
import { listenToEvents, serveMcp } from './commands/over-the-api.ts';
import { createProject, listProjects, updateProject } from './commands/projects.ts';
import { printPasswordReset } from './commands/reset-password.ts';
import { rotateSecrets } from './commands/secrets.ts';
import { printSetupLink } from './commands/setup-link.ts';
import { advanceTestClock } from './commands/test-clock.ts';
import { sendTestEmail } from './commands/test-email.ts';
import { createOutput, type Output, type Streams } from './output.ts';
import { UsageError } from './usage-error.ts';

/** What a command has to do with the process that runs it. */
export interface Terminal extends Streams {
  readonly environment: Parameters<typeof parseConfig>[0];
  /** Ends being root, as the service does. */
  readonly leaveRoot: typeof leaveRoot;
}

const COMMANDS: readonly Command[] = [
  createKey,
  listKeys,
  revokeKey,
  createProject,
  listProjects,
  updateProject,
  advanceTestClock,
  addDomain,
  listDomains,
  showDomain,
  verifyDomain,
  diagnoseDomain,
  planDns,
  publishDns,
  setDomain,
  removeDomain,
  listDomainKeys,
  createDomainKey,
  activateDomainKey,
  revokeDomainKey,
  addDnsConnection,
  showDnsConnections,
  tryDnsConnection,
  removeDnsConnection,
  initDomainConnect,
  printConnectTemplate,
  checkDomainConnect,
  exportForMailServer,
  listenToEvents,
  serveMcp,
  printSetupLink,
  sendTestEmail,
  printPasswordReset,
  rotateSecrets,
  migrate,
  runDoctor,
];

const HELP = `autosend: the command line of AutoSend Domains

Usage: autosend <command> [flags]

${formatColumns(COMMANDS.map((command) => [formatCommand(command), command.about]))}

Run "autosend <command> --help" for the flags of a command. Settings are the AUTOSEND_ variables of the service.
Exit codes: 0 success, 1 failure, 2 wrong usage.`;

function formatCommand({ name, operands }: Command): string {
  return operands === undefined ? name : `${name} ${operands}`;
}

function formatColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function formatHelp(command: Command): string {
  const flags = Object.entries(command.flags).map(([name, { short, value, about }]): [string, string] => [
    `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    about,
  ]);
  return `${command.about}\n\nUsage: autosend ${formatCommand(command)} [flags]\n\n${formatColumns(flags)}`;
}

/** Reads the words among what was typed: which of the flags takes a value is the same in every command. */
function readWords(argv: readonly string[]): readonly string[] {
  const options = Object.assign({}, COMMON_FLAGS, ...COMMANDS.map(({ flags }) => flags));
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true }).positionals;
}

/** @throws UsageError */
function findCommand(words: readonly string[]): Command {
  const [one, two, three] = [1, 2, 3].map((count) => words.slice(0, count).join(' '));
  const command = COMMANDS.find(({ name }) => name === three || name === two || name === one);
  if (command) return command;
  const group = listGroup(words);
  if (group.length > 0)
    throw new UsageError(`"autosend ${words.join(' ')}" isn't complete. Add one of: ${group.join(', ')}.`);
  const typed = two === 'domains keys' ? three : two;
  const before = typed?.split(' ').slice(0, -1) ?? [];
  const near = findNearestName(words[before.length] ?? '', listGroup(before));
  const names = COMMANDS.map(({ name }) => name);
  const meant = near === null ? findNearestName(typed ?? '', names) : [...before, near].join(' ');
  throw new UsageError(`Unknown command "${typed}".${meant === null ? '' : ` Did you mean "autosend ${meant}"?`}`);
}

/** What may follow the first words of a command, such as `add`, `list` and `keys` after `domains`. */
function listGroup(words: readonly string[]): string[] {
  const start = words.map((word) => `${word} `).join('');
  const next = COMMANDS.filter(({ name }) => name.startsWith(start)).map(({ name }) => name.slice(start.length));
  return [...new Set(next.map((rest) => rest.split(' ')[0] ?? rest))];
}

function suggestHelp(argv: readonly string[]): string {
  const words = readWords(argv).join(' ');
  const command = COMMANDS.find(({ name }) => words === name || words.startsWith(`${name} `));
  return `Run "autosend ${command ? `${command.name} ` : ''}--help" for help.`;
}

/** Runs one command. @param argv what was typed after `autosend` @returns the exit code */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(argv, terminal);
  } catch (thrown) {
    const error = translateDatabaseError(thrown);
    const refusal = explainRefusal(thrown);
    if (refusal !== null) terminal.writeError(`${refusal}\n`);
    else if (error instanceof UsageError) terminal.writeError(`${error.message}\n${suggestHelp(argv)}\n`);
    else if (error instanceof AppError || error instanceof AutosendError)
      terminal.writeError(`${tameLines(error.message)}\n`);
    else terminal.writeError(`${tameLines(formatErrorText(error))}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const words = readWords(argv);
  const isHelpAsked = argv.includes('--help') || argv.includes('-h') || words[0] === 'help';
  if (words.length === 0 || words[0] === 'help' || (isHelpAsked && listGroup(words).length > 0)) {
    terminal.writeResult(`${HELP}\n`);
    return isHelpAsked ? 0 : 2;
  }
  const command = findCommand(words);
  const call = command.parse(argv);
  if (call.help) {
    terminal.writeResult(`${formatHelp(command)}\n`);
    return 0;
  }
  const output = createOutput(call.json, terminal);
  if (call.runRemotely) await call.runRemotely(systemClock, output);
  else await runOnDatabase(command, call, output, terminal);
  return output.hasFailed() ? 1 : 0;
}

async function runOnDatabase(command: Command, call: Call, output: Output, terminal: Terminal): Promise<void> {
  await call.prepare();
  const config = parseConfig(terminal.environment);
  const say = (line: string) => terminal.writeError(`${line}\n`);
  const place = await terminal.leaveRoot(config, { cwd: process.cwd(), keepRoot: command.keepsRoot === true, say });
  // Results go to stdout; only what is really wrong is logged, so that --json stays one document.
  const log = createLog('silent');
  const storage = await openStorage(config, place, log);
  try {
    await migrateDirectly(storage, { clock: systemClock, onBlocked: say });
    const { ctx, close } = compose(config, storage, log, { keyPoolSize: 0 });
    try {
      if (command !== runDoctor) await requireMatchingSecretKey(ctx);
      const acting = {
        actor: { kind: 'operator', id: null, name: userInfo().username },
        address: null,
        requestId: null,
      } as const;
      await runAs({ ...acting }, () => call.run(ctx, output, storage));
    } finally {
      await close();
    }
  } finally {
    await storage.embedded?.stop();
  }
}
