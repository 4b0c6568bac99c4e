import { AppError } from '../../core/errors.ts';
import { formatErrorText } from '../../core/logged-error.ts';
import type { Mailer } from '../../core/notices/mailer.ts';
import { translateDatabaseError } from '../../db/failures.ts';
import { explainRefusal } from '../../db/refusals.ts';
import { diagnoseReachability, type HealthFinding } from '../../services/checks/reachability.ts';
import type { Context } from '../../services/context.ts';
import { findZoneProblems, listZonesToWatch } from '../../services/keys-zone/keys-zone-watch.ts';
import { requireMatchingSecretKey } from '../../services/projects/bootstrap.ts';
import { examineDnsConnections } from '../../services/publishing/examine-connections.ts';
import { defineCommand } from '../command.ts';
import { examineConnectKeys } from './domain-connect.ts';

/** `doctor`: database, secret key, whether DNS can really be asked from here, and what else is set up: the key for Domain Connect, the mail server, the keys zone and the DNS connections of the instance. Exit code 1 when something is wrong. */
export const runDoctor = defineCommand({
  name: 'doctor',
  about:
    "Check the database, the secret key, DNS, the Domain Connect key, the mail server, the keys zone and the instance's DNS connections from this machine, and say what to fix.",
  async run(ctx, _args, output) {
    const keysZones = await examineListed('keys zone', () => examineKeysZones(ctx));
    const findings: HealthFinding[] = [
      await examine('database', async () => `PostgreSQL ${await ctx.db.ping()} is responding`),
      await examine('database connections', () => describeConnections(ctx)),
      ...ctx.db.servers().map(describeServer),
      await examine('secret key', async () => {
        await requireMatchingSecretKey(ctx);
        return `matches this database (${ctx.secretBox.keyId})`;
      }),
      ...(await diagnoseReachability(ctx)),
      ...(await examineListed('Domain Connect key', () => examineConnectKeys(ctx))),
      ...(ctx.mailer ? [await examineMail(ctx.mailer)] : []),
      ...keysZones,
      ...(await examineListed('DNS connections', () =>
        examineDnsConnections(ctx, { hasKeysZone: keysZones.length > 0 }),
      )),
    ];
    const mark = { ok: 'ok     ', warning: 'warning', error: 'error  ' };
    output.print(findings, findings.map(({ what, state, detail }) => `${mark[state]}  ${what}: ${detail}`).join('\n'));
    if (findings.some(({ state }) => state === 'error')) output.fail();
  },
});

/** So many connections tell what all of them are like, and take none from a service that has few left. */
const FEW_CONNECTIONS = 2;

async function describeConnections({ db }: Context): Promise<string> {
  const { isPooled, isPreparing, limitedBy } = await db.open(FEW_CONNECTIONS);
  if (!isPooled) return `go directly to PostgreSQL, statements are ${isPreparing ? '' : 'not '}prepared by name`;
  const limits = {
    connection: 'set with the connection',
    transaction: 'set in each transaction, because the server has none for this role',
    server: "the server's own",
  };
  return `go through a pooler, statements are ${isPreparing ? '' : 'not '}prepared by name, time limits are ${limits[limitedBy]}`;
}

/** A standby that is missing is no harm yet: it is when the primary is lost. */
function describeServer({ name, state, detail }: ReturnType<Context['db']['servers']>[number]): HealthFinding {
  const isFine = state === 'primary' || state === 'standby';
  return { what: 'database server', state: isFine ? 'ok' : 'warning', detail: `${name} ${detail}` };
}

async function examineMail(mailer: Mailer): Promise<HealthFinding> {
  const problem = await mailer.check();
  const what = 'mail server';
  return problem === null
    ? { what, state: 'ok', detail: 'is responding' }
    : { what, state: 'error', detail: `${problem}. Check AUTOSEND_SMTP_URL.` };
}

/** The zones that CNAMEs of DKIM keys lead into: all domains with them hang on these. */
async function examineKeysZones(ctx: Context): Promise<HealthFinding[]> {
  const zones = await listZonesToWatch(ctx);
  return Promise.all(
    zones.map(async (zone): Promise<HealthFinding> => {
      const what = `keys zone ${zone}`;
      const problems = await findZoneProblems(ctx, zone);
      return problems.length === 0
        ? { what, state: 'ok', detail: 'every server has the same keys, and a DNS connection can write to it' }
        : { what, state: 'error', detail: problems.join(' ') };
    }),
  );
}

async function examine(what: string, check: () => Promise<string>): Promise<HealthFinding> {
  try {
    return { what, state: 'ok', detail: await check() };
  } catch (error) {
    const detail = explainRefusal(error) ?? (error instanceof AppError ? error.message : "didn't respond");
    return { what, state: 'error', detail };
  }
}

/** Examines what the database lists. What it couldn't be asked about isn't absent, and the rest is examined all the same. */
async function examineListed(
  what: string,
  check: () => Promise<readonly HealthFinding[]>,
): Promise<readonly HealthFinding[]> {
  try {
    return await check();
  } catch (error) {
    const told = translateDatabaseError(error);
    const why = explainRefusal(error) ?? (told instanceof AppError ? told.message : formatErrorText(error));
    return [{ what, state: 'error', detail: `couldn't be checked. ${why}` }];
  }
}
