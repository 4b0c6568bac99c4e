/*
 * The command line, an entry of its own beside `src/main.ts`. It parses the arguments, composes a context for the
 * same database as the service, and runs one command of `commands/`, which calls use cases and writes through
 * `output.ts` (text, or JSON with --json). `mail-server/` is what `mta export` needs. No rules here: a command and
 * a route that do the same call the same use case.
 */

import { parseArgs } from 'node:util';
import { compose, createLog, openStorage, systemClock } from '../compose.ts';
import { loadConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { findNearestName } from '../core/names/nearest-name.ts';
import { translateDatabaseError } from '../db/failures.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { requireMatchingSecretKey } from '../services/projects/bootstrap.ts';
import { COMMON_FLAGS, type Command } from './command.ts';
import { runDoctor } from './commands/doctor.ts';
import { activateDomainKey, createDomainKey, listDomainKeys, revokeDomainKey } from './commands/domain-keys.ts';
import { addDomain, diagnoseDomain, listDomains, removeDomain, showDomain, verifyDomain } from './commands/domains.ts';
import { createKey, listKeys, revokeKey } from './commands/keys.ts';
import { migrate } from './commands/migrate.ts';
import { exportForMailServer } from './commands/mta.ts';
import { createProject, listProjects } from './commands/projects.ts';
import { printPasswordReset } from './commands/reset-password.ts';
import { rotateSecrets } from './commands/secrets.ts';
import { printSetupLink } from './commands/setup-link.ts';
import { createOutput } from './output.ts';
import { UsageError } from './usage-error.ts';

const COMMANDS: readonly Command[] = [
  createKey,
  listKeys,
  revokeKey,
  createProject,
  listProjects,
  addDomain,
  listDomains,
  showDomain,
  verifyDomain,
  diagnoseDomain,
  removeDomain,
  exportForMailServer,
  listDomainKeys,
  createDomainKey,
  activateDomainKey,
  revokeDomainKey,
  printSetupLink,
  printPasswordReset,
  rotateSecrets,
  migrate,
  runDoctor,
];

const HELP = `autosend: the command line of AutoSend Domains

${COMMANDS.map(formatUsage).join('\n')}

  --project N   the project (default: default)
  --json        one JSON document on stdout

  autosend <command> --help shows one command and every flag that it takes.
  Exit codes: 0 done, 1 it failed, 2 the command line is wrong. Settings are the AUTOSEND_ variables of the service.`;

function formatUsage({ name, usage, about = [] }: Command): string {
  const line = `  autosend ${name}${usage === undefined ? '' : ` ${usage}`}`;
  return [line, ...about.map((each) => `      ${each}`)].join('\n');
}

function formatHelp(command: Command): string {
  const flags = Object.keys(command.flags).map((flag) => `--${flag}`);
  return `${formatUsage(command)}\n\n  Flags: ${flags.join(', ')}`;
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
  const typed = two === 'domains keys' ? three : two;
  const meant = findNearestName(
    typed ?? '',
    COMMANDS.map(({ name }) => name),
  );
  throw new UsageError(`Unknown command "${typed}".${meant === null ? '' : ` Did you mean "autosend ${meant}"?`}`);
}

async function main(argv: readonly string[]): Promise<void> {
  const words = readWords(argv);
  const isHelpAsked = argv.includes('--help') || argv.includes('-h');
  const isGroup = COMMANDS.some(({ name }) => name.startsWith(`${words.join(' ')} `));
  if (words.length === 0 || (isHelpAsked && isGroup)) {
    process.stdout.write(`${HELP}\n`);
    if (!isHelpAsked) process.exitCode = 2;
    return;
  }
  const command = findCommand(words);
  const call = command.parse(argv);
  if (call.help) {
    process.stdout.write(`${formatHelp(command)}\n`);
    return;
  }
  const output = createOutput(call.json);
  if (call.runRemotely) return call.runRemotely(systemClock, output);
  const config = loadConfig();
  // Results go to stdout; only what is really wrong is logged, so that --json stays one document.
  const log = createLog('silent');
  const storage = await openStorage(config, log);
  try {
    const onBlocked = (message: string) => void process.stderr.write(`${message}\n`);
    await migrateDatabase(storage.connection, { clock: systemClock, onBlocked });
    const { ctx, close } = compose(config, storage, log, { keyPoolSize: 0 });
    try {
      if (command !== runDoctor) await requireMatchingSecretKey(ctx);
      await call.run(ctx, output, storage);
    } finally {
      await close();
    }
  } finally {
    await storage.embedded?.stop();
  }
}

try {
  await main(process.argv.slice(2));
} catch (thrown) {
  const error = translateDatabaseError(thrown);
  if (error instanceof UsageError) process.stderr.write(`${error.message}\nautosend --help shows the commands.\n`);
  else if (error instanceof AppError) process.stderr.write(`${error.message}\n`);
  else console.error(error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
