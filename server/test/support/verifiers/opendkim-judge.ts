import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSharedPort, startNameServer } from '../dns/real-name-servers.ts';
import { formatZone, splitOctets } from '../dns/zone-text.ts';
import type { DkimBench, DkimResult } from './dkim-judge.ts';
import { verifyWithOpenDkim } from './verifiers.ts';

const ADDRESS = '127.0.0.61';
// Their names stand in one argument of a command line.
const MESSAGES_A_RUN = 100;

/**
 * Publishes each set of records at a selector of its own, in a zone on NSD, and has OpenDKIM verify one message for each:
 * its own resolver asks for the key, so what it gets is what a receiver gets.
 */
export async function judgeWithOpenDkim({ domain, recordSets, sign }: DkimBench): Promise<DkimResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'autosend-opendkim-'));
  const text = formatZoneOf(domain, recordSets);
  const place = { folder: join(folder, 'nsd'), address: ADDRESS, port: await findSharedPort([ADDRESS]) };
  const nsd = await startNameServer({ software: 'nsd', ...place, zones: [{ name: domain, serial: 1, text }] });
  try {
    const said: string[] = [];
    for (let at = 0; at < recordSets.length; at += MESSAGES_A_RUN) {
      const signing = recordSets.slice(at, at + MESSAGES_A_RUN).map((_, index) => sign(selectorOf(at + index)));
      const messages = (await Promise.all(signing)).map((message) => Buffer.from(message, 'latin1'));
      said.push(...(await verifyWithOpenDkim(nsd, folder, messages)));
    }
    return said.map((line) => ({ passes: / succeeded/.test(line), said: line }));
  } finally {
    await nsd.stop();
    await rm(folder, { recursive: true });
  }
}

function formatZoneOf(domain: string, recordSets: DkimBench['recordSets']): string {
  const nameserver = `ns.${domain}`;
  const records = recordSets.flatMap((texts, index) =>
    texts.map((text) => ({
      name: `${selectorOf(index)}._domainkey.${domain}`,
      type: 'TXT' as const,
      value: '',
      strings: splitOctets(Buffer.from(text, 'latin1')),
    })),
  );
  return formatZone({
    ...{ name: domain, serial: 1, nameservers: [nameserver] },
    records: [{ name: nameserver, type: 'A', value: ADDRESS }, ...records],
  });
}

function selectorOf(index: number): string {
  return `s${index}`;
}
