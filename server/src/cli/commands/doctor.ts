import { AppError } from '../../core/errors.ts';
import type { Mailer } from '../../core/notices/mailer.ts';
import { diagnoseReachability, type HealthFinding } from '../../services/checks/reachability.ts';
import type { Context } from '../../services/context.ts';
import { findZoneProblems, listZonesToWatch } from '../../services/keys-zone/keys-zone-watch.ts';
import { requireMatchingSecretKey } from '../../services/projects/bootstrap.ts';
import { defineCommand } from '../command.ts';
import { examineConnectKeys } from './domain-connect.ts';

/** `doctor`: database, secret key, whether DNS can really be asked from here, and the mail server and the key for Domain Connect where there is one. Exit code 1 when something is wrong. */
export const runDoctor = defineCommand({
  name: 'doctor',
  about:
    'Check the database, the secret key, DNS, the Domain Connect key and the mail server from this machine, and say what to fix.',
  async run(ctx, _args, output) {
    const findings: HealthFinding[] = [
      await examine('database', async () => `PostgreSQL ${await ctx.db.ping()} is responding`),
      await examine('secret key', async () => {
        await requireMatchingSecretKey(ctx);
        return `matches this database (${ctx.secretBox.keyId})`;
      }),
      ...(await diagnoseReachability(ctx)),
      ...(await examineConnectKeys(ctx)),
      ...(ctx.mailer ? [await examineMail(ctx.mailer)] : []),
      ...(await examineKeysZones(ctx)),
    ];
    const mark = { ok: 'ok     ', warning: 'warning', error: 'error  ' };
    output.print(findings, findings.map(({ what, state, detail }) => `${mark[state]}  ${what}: ${detail}`).join('\n'));
    if (findings.some(({ state }) => state === 'error')) output.fail();
  },
});

async function examineMail(mailer: Mailer): Promise<HealthFinding> {
  const problem = await mailer.check();
  const what = 'mail server';
  return problem === null
    ? { what, state: 'ok', detail: 'is responding' }
    : { what, state: 'error', detail: `${problem}. Check AUTOSEND_SMTP_URL.` };
}

/** The zones that CNAMEs of DKIM keys lead into: all domains with them hang on these. */
async function examineKeysZones(ctx: Context): Promise<HealthFinding[]> {
  const zones = await listZonesToWatch(ctx).catch(() => []);
  return Promise.all(
    zones.map(async (zone): Promise<HealthFinding> => {
      const what = `keys zone ${zone}`;
      const problems = await findZoneProblems(ctx, zone);
      return problems.length === 0
        ? { what, state: 'ok', detail: 'every server answers with the same keys, and it can be written' }
        : { what, state: 'error', detail: problems.join(' ') };
    }),
  );
}

async function examine(what: string, check: () => Promise<string>): Promise<HealthFinding> {
  try {
    return { what, state: 'ok', detail: await check() };
  } catch (error) {
    const detail = error instanceof AppError ? error.message : "didn't respond";
    return { what, state: 'error', detail };
  }
}
