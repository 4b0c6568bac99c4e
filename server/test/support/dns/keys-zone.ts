import { listKeyTargets } from '../../../src/core/dkim/key-target.ts';
import { buildKeysBelow } from '../../../src/core/records/key-slots.ts';
import { listTargetKeys } from '../../../src/db/queries/keys-zone/key-targets.ts';
import type { TestApp } from '../app.ts';
import type { DnsServer } from './dns-server.ts';
import type { ZoneRecord } from './dns-server-zones.ts';

/** Where the keys are of domains that find them by CNAMEs. */
export const KEYS_ZONE = 'dkim.operator.example';

/** Serves what is to stand behind the CNAMEs of a domain now, and gives back the CNAMEs. */
export async function serveKeys(
  dns: DnsServer,
  { ctx }: Pick<TestApp, 'ctx'>,
  domain: { readonly id: string; readonly domainName: string },
): Promise<[first: ZoneRecord, second: ZoneRecord]> {
  const id = domain.id as Parameters<typeof listTargetKeys>[1];
  const targets = listKeyTargets(await listTargetKeys(ctx.db, id), buildKeysBelow(id, KEYS_ZONE));
  dns.setZone(KEYS_ZONE, {
    nameservers: [{ name: `ns.${KEYS_ZONE}`, address: '127.0.0.13' }],
    records: targets.map(({ name, text }) => ({ name, type: 'TXT', value: text })),
  });
  return targets.map(({ name }): ZoneRecord => {
    const [selector] = name.split('.');
    return { name: `${selector}._domainkey.${domain.domainName}`, type: 'CNAME', value: name };
  }) as [ZoneRecord, ZoneRecord];
}
