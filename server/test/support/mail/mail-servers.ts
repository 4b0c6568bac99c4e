import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Daemon, findProgram, startDaemon } from '../daemon.ts';

const run = promisify(execFile);

/** A mail server, or a part of one, as a child process on 127.0.0.1. */
export interface MailDaemon {
  readonly port: number;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** Starts OpenDKIM as a signing milter with the tables in `tables`. */
export async function startOpenDkim(options: { folder: string; port: number; tables: string }): Promise<MailDaemon> {
  const { folder, port, tables } = options;
  const config = join(folder, 'opendkim-sign.conf');
  await writeFile(
    config,
    [
      'Mode s',
      'Background no',
      'Syslog no',
      'Canonicalization relaxed/relaxed',
      'OversignHeaders From',
      // It would refuse keys below a folder that all may write to, such as that for temporary files.
      'RequireSafeKeys no',
      `KeyTable file:${tables}/KeyTable`,
      `SigningTable file:${tables}/SigningTable`,
      `Socket inet:${port}@127.0.0.1`,
      '',
    ].join('\n'),
  );
  return startOn('opendkim', ['-f', '-x', config], port);
}

/**
 * Starts rspamd as a milter that signs with the exported settings and does nothing else: of its modules and filters, those
 * that it needs for that, and no question to any server.
 */
export async function startRspamd(options: { folder: string; port: number; tables: string }): Promise<MailDaemon> {
  const { folder, port, tables } = options;
  const data = join(folder, 'rspamd');
  await mkdir(data);
  await chown(data, await findUid(RSPAMD_USER), 0);
  await writeFile(join(data, 'suffixes'), 'com\nnet\norg\n');
  await mkdir(join(data, 'local.d'));
  await writeFile(
    join(data, 'local.d/dkim_signing.conf'),
    `.include(priority=1,duplicate=merge) "${tables}/dkim_signing.conf"\n`,
  );
  const config = join(data, 'rspamd.conf');
  await writeFile(
    config,
    [
      'options {',
      `  pidfile = "${data}/rspamd.pid";`,
      `  control_socket = "${data}/rspamd.sock mode=0600";`,
      `  cache_file = "${data}/symbols.cache";`,
      `  hs_cache_dir = "${data}/";`,
      `  tempdir = "${data}";`,
      '  filters = "dkim";',
      // It takes a quarter of a minute to compile the list that it comes with, and signing by the map needs none.
      `  url_tld = "${data}/suffixes";`,
      '  dns { nameserver = ["127.0.0.1:9"]; timeout = 1s; retransmits = 1; }',
      // As Debian's options.inc has them: a file is checked each 30 seconds, or when the kernel tells of it.
      '  map_watch_interval = 5min;',
      '  map_file_watch_multiplier = 0.1;',
      '}',
      'logging { type = "console"; level = "warning"; }',
      'lua = "$RULESDIR/rspamd.lua";',
      'modules { path = "$PLUGINSDIR/dkim_signing.lua"; }',
      'actions { reject = 1000; }',
      'dkim { }',
      // Debian's settings of the module, with ours over them as docs/mail-servers.md says.
      '.include "/etc/rspamd/modules.d/dkim_signing.conf"',
      'worker "rspamd_proxy" {',
      `  bind_socket = "127.0.0.1:${port}";`,
      '  milter = yes;',
      '  timeout = 120s;',
      '  upstream "local" { default = yes; self_scan = yes; }',
      '  count = 1;',
      '}',
      '',
    ].join('\n'),
  );
  const variables = ['DBDIR', 'RUNDIR', 'LOCAL_CONFDIR'].map((name) => `--var=${name}=${data}`);
  const args = ['-f', '-u', RSPAMD_USER, '-g', RSPAMD_USER, '-c', config, ...variables];
  return startOn('rspamd', args, port);
}

/** Who Debian's rspamd runs as. */
export const RSPAMD_USER = '_rspamd';

/** What becomes of a message that Postfix takes: it goes to a milter and then to another server, or into a mailbox of its own. */
type PostfixDelivery =
  | { readonly milterPort: number; readonly nextHop: number }
  | {
      /** The addresses that have a mailbox, of one domain: a Maildir each, in `folder/mail/` by the whole address. */
      readonly mailboxes: readonly string[];
      /** What it proves itself with by STARTTLS, as PEM files. */
      readonly tls: { readonly key: string; readonly cert: string };
    };

/** Starts a whole Postfix of its own. Needs root, as Postfix does. */
export async function startPostfix(
  options: { readonly folder: string; readonly port: number } & PostfixDelivery,
): Promise<MailDaemon> {
  const { folder, port } = options;
  const [config, queue, data] = ['config', 'queue', 'data'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [folder, config, queue, data]) await mkdir(path, { recursive: true });
  await chmod(folder, 0o755);
  await chown(data, await findUid('postfix'), 0);
  await writeFile(
    join(config, 'main.cf'),
    [
      'compatibility_level = 3.6',
      `queue_directory = ${queue}`,
      `data_directory = ${data}`,
      'mail_owner = postfix',
      'myhostname = mail.example.com',
      'mydestination =',
      'inet_interfaces = 127.0.0.1',
      'inet_protocols = ipv4',
      'mynetworks = 127.0.0.0/8',
      'smtpd_relay_restrictions = permit_mynetworks, reject',
      ...('mailboxes' in options ? await listMailboxSettings(folder, options) : listRelaySettings(options)),
      'smtp_tls_security_level = none',
      'smtp_host_lookup = native',
      'disable_dns_lookups = yes',
      'alias_maps =',
      // Not /dev/stdout: to a child of ours that is a socket, which cannot be opened.
      `maillog_file = ${join(folder, 'postfix.log')}`,
      `maillog_file_prefixes = ${folder}`,
      '',
    ].join('\n'),
  );
  await writeFile(
    join(config, 'master.cf'),
    [
      `127.0.0.1:${port} inet n - n - - smtpd`,
      'pickup unix n - n 60 1 pickup',
      'cleanup unix n - n - 0 cleanup',
      'qmgr unix n - n 300 1 qmgr',
      'rewrite unix - - n - - trivial-rewrite',
      'bounce unix - - n - 0 bounce',
      'defer unix - - n - 0 bounce',
      'trace unix - - n - 0 bounce',
      'proxymap unix - - n - - proxymap',
      'smtp unix - - n - - smtp',
      'relay unix - - n - - smtp',
      'virtual unix - n n - - virtual',
      'tlsmgr unix - - n 1000? 1 tlsmgr',
      'error unix - - n - - error',
      'retry unix - - n - - error',
      'anvil unix - - n - 1 anvil',
      'scache unix - - n - 1 scache',
      'postlog unix-dgram n - n - 1 postlogd',
      '',
    ].join('\n'),
  );
  const stop = () => run(findProgram('postfix') ?? 'postfix', ['-c', config, 'stop']).catch(() => undefined);
  // A signal would end the script that started it, and not the mail system.
  const postfix = await startOn('postfix', ['-c', config, 'start-fg'], port).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    ...postfix,
    async stop() {
      await stop();
      await postfix.stop();
    },
  };
}

function listRelaySettings({ milterPort, nextHop }: { milterPort: number; nextHop: number }): string[] {
  return [
    `relayhost = [127.0.0.1]:${nextHop}`,
    `smtpd_milters = inet:127.0.0.1:${milterPort}`,
    'milter_default_action = tempfail',
  ];
}

async function listMailboxSettings(
  folder: string,
  { mailboxes, tls }: Extract<PostfixDelivery, { readonly mailboxes: unknown }>,
): Promise<string[]> {
  const uid = await findUid('postfix');
  const base = join(folder, 'mail');
  await mkdir(base);
  await chown(base, uid, 0);
  const map = join(folder, 'mailboxes');
  await writeFile(map, mailboxes.map((address) => `${address} ${address}/\n`).join(''));
  return [
    `virtual_mailbox_domains = ${mailboxes[0]?.split('@')[1]}`,
    `virtual_mailbox_base = ${base}`,
    `virtual_mailbox_maps = texthash:${map}`,
    `virtual_uid_maps = static:${uid}`,
    `virtual_gid_maps = static:${uid}`,
    'virtual_minimum_uid = 1',
    'smtpd_tls_security_level = may',
    `smtpd_tls_key_file = ${tls.key}`,
    `smtpd_tls_cert_file = ${tls.cert}`,
    'smtpd_tls_received_header = yes',
  ];
}

/** Finds the number of a user of this system. */
export async function findUid(user: string): Promise<number> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((each) => each.startsWith(`${user}:`));
  if (line === undefined) throw new Error(`There is no user ${user}.`);
  return Number(line.split(':')[2]);
}

async function startOn(
  program: 'opendkim' | 'postfix' | 'rspamd',
  args: readonly string[],
  port: number,
): Promise<MailDaemon> {
  const daemon: Daemon = startDaemon(program, args);
  try {
    await daemon.until(() => canConnect(port));
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return { port, signal: (signal) => daemon.signal(signal), stop: () => daemon.stop() };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
