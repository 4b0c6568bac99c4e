/*
 * The command line, an entry of its own beside `src/main.ts`. It parses the arguments, composes a context for the
 * same database as the service, and runs one command of `commands/`, which calls use cases and writes through
 * `output.ts` (text, or JSON with --json). `mail-server/` is what `mta export` needs. No rules here: a command and
 * a route that do the same call the same use case.
 */

import { compose, createLog, openStorage, systemClock } from '../compose.ts';
import { loadConfig } from '../config.ts';
import { AppError } from '../core/errors.ts';
import { findNearestName } from '../core/names/nearest-name.ts';
import { translateDatabaseError } from '../db/failures.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { requireMatchingSecretKey } from '../services/projects/bootstrap.ts';
import { type Arguments, parseArguments, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { runDoctor } from './commands/doctor.ts';
import { manageDomainKeys } from './commands/domain-keys.ts';
import { addDomain, diagnoseDomain, listDomains, removeDomain, showDomain, verifyDomain } from './commands/domains.ts';
import { createKey, listKeys, revokeKey } from './commands/keys.ts';
import { exportForMailServer, pullForMailServer } from './commands/mta.ts';
import { createProject, listProjects } from './commands/projects.ts';
import { printPasswordReset } from './commands/reset-password.ts';
import { rotateSecrets } from './commands/secrets.ts';
import { printSetupLink } from './commands/setup-link.ts';
import { createOutput } from './output.ts';

const USAGE = `autosend: the command line of AutoSend Domains

  autosend keys create [--name N] [--permission full_access|read_only|mail_server] [--expires 90d]
  autosend keys list
  autosend keys revoke <id>
  autosend projects create <name> [--region us-east-1]
  autosend projects list
  autosend domains add <name> [--region us-east-1]
  autosend domains list [--status VERIFIED] [--region R] [--search part]
  autosend domains get|verify|rm <name or id>
  autosend domains diagnose <name or id> [--refresh]   what is wrong, and what to do; --refresh looks now
  autosend mta export --format opendkim|rspamd|folders --out DIR [--watch] [--owner UID:GID] [--on-change COMMAND]
                        keys and tables of verified domains for your mail server; --watch follows changes
             … --from https://service.example.com --api-key-file FILE   the same on another machine, by the API
  autosend domains keys list <name or id>
  autosend domains keys create <name or id> [--type rsa|ed25519] [--bits 2048] [--selector S] [--import private.pem]
  autosend domains keys activate|revoke <name or id> <selector>
  autosend setup-link   a new link that makes the first account of the dashboard
  autosend reset-password <e-mail>   a link by which that account of the dashboard gets another password
  autosend secrets rotate   seals all private keys with another secret key, while the service runs (docs/operations.md)
  autosend migrate      bring the database to the newest schema
  autosend doctor       database, secret key, DNS: what works from here, and what to do

  --project N   the project (default: default)
  --json        one JSON document on stdout

  Exit codes: 0 done, 1 it failed, 2 the command line is wrong. Settings are the AUTOSEND_ variables of the service.`;

const migrate: Command = async (_ctx, _args, output) => {
  output.print({ migrated: true }, 'The database has the newest schema.');
};

const COMMANDS: Readonly<Record<string, Command>> = {
  'keys create': createKey,
  'keys list': listKeys,
  'keys revoke': revokeKey,
  'projects create': createProject,
  'projects list': listProjects,
  'domains add': addDomain,
  'domains list': listDomains,
  'domains get': showDomain,
  'domains verify': verifyDomain,
  'domains diagnose': diagnoseDomain,
  'domains rm': removeDomain,
  'mta export': exportForMailServer,
  'domains keys': manageDomainKeys,
  'secrets rotate': rotateSecrets,
  'setup-link': printSetupLink,
  'reset-password': printPasswordReset,
  migrate,
  doctor: runDoctor,
};

function findCommand({ words }: Arguments): Command {
  const [first = '', second = ''] = words;
  const name = [`${first} ${second}`, first].find((each) => Object.hasOwn(COMMANDS, each));
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command) return command;
  const typed = words.slice(0, 2).join(' ');
  const meant = findNearestName(typed, Object.keys(COMMANDS));
  throw new UsageError(`Unknown command "${typed}".${meant === null ? '' : ` Did you mean "autosend ${meant}"?`}`);
}

async function main(argv: readonly string[]): Promise<void> {
  const args = parseArguments(argv);
  if (args.help || args.words.length === 0) {
    process.stdout.write(`${USAGE}\n`);
    if (!args.help) process.exitCode = 2;
    return;
  }
  const command = findCommand(args);
  if (args.from !== undefined) {
    if (command !== exportForMailServer) throw new UsageError('--from belongs to mta export.');
    // Neither database nor secret key: the machine of the mail server has none.
    await pullForMailServer(systemClock, args, createOutput(args.json));
    return;
  }
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
      await command(ctx, args, createOutput(args.json), storage);
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
