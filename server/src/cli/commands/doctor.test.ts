import { deepEqual, equal } from 'node:assert/strict';
import { it } from 'node:test';
import { DatabaseUnavailable } from '../../db/failures.ts';
import type { HealthFinding } from '../../services/checks/reachability.ts';
import type { Context } from '../../services/context.ts';
import { createOutput } from '../output.ts';
import { runDoctor } from './doctor.ts';

/** What doctor says with `--json` where the database answers nothing. */
async function diagnoseWithoutDatabase(): Promise<readonly HealthFinding[]> {
  const fail = (): never => {
    throw new DatabaseUnavailable(new Error('Connection terminated'));
  };
  const ctx = {
    db: { ping: async () => fail(), open: async () => fail(), servers: () => [], select: fail },
    dnsSettings: { resolvers: [] },
    secretBox: { keyIds: [] },
    domainConnect: { pubKeyDomain: 'example.net' },
    mailer: null,
    keysZone: 'dkim.example.net',
  } as unknown as Context;
  const printed: string[] = [];
  const output = createOutput(true, { writeResult: (text) => void printed.push(text), writeError: () => undefined });
  await runDoctor.parse(['doctor', '--json']).run(ctx, output, {} as never);
  equal(output.hasFailed(), true);
  return JSON.parse(printed.join('')) as readonly HealthFinding[];
}

it("doctor says of what it couldn't ask the database about that it couldn't, and not that it isn't there", async () => {
  const detail = "couldn't be checked. The database is unavailable. Try again shortly.";
  const findings = await diagnoseWithoutDatabase();
  for (const what of ['Domain Connect key', 'keys zone', 'DNS connections'])
    deepEqual(
      findings.find((finding) => finding.what === what),
      { what, state: 'error', detail },
    );
});
