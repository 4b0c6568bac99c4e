import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../daemon.ts';
import { formatSignerConfig } from './name-server-config.ts';
import { formatZone, type ZoneFile, type ZoneText } from './zone-text.ts';

/** A zone with its signatures, and the DS record for its parent: key tag, algorithm, digest type and digest. */
export interface SignedZone extends ZoneFile {
  readonly ds: string;
}

const run = promisify(execFile);

/** Signs a zone with a new key of its own, by Knot's `kzonesign`; the files are in `folder`, which it has to itself. */
export async function signZone(folder: string, zone: ZoneText): Promise<SignedZone> {
  const config = join(folder, 'signer.conf');
  const signed = join(folder, 'signed');
  const owner = `${zone.name}.`;
  await mkdir(signed, { recursive: true });
  await writeFile(config, formatSignerConfig(folder, owner));
  await writeFile(join(folder, 'zone'), formatZone(zone));
  await run(findProgram('kzonesign') ?? 'kzonesign', ['-c', config, '-o', signed, owner]);
  const { stdout } = await run(findProgram('keymgr') ?? 'keymgr', ['-c', config, owner, 'ds']);
  const ds = / DS (\d+ \d+ 2 [0-9a-f]+)$/im.exec(stdout)?.[1];
  if (ds === undefined) throw new Error(`keymgr showed no DS record of ${owner}: ${stdout}`);
  return { name: zone.name, serial: zone.serial, text: await readFile(join(signed, 'zone'), 'utf8'), ds };
}

/** The zone with one wrong signature: the one of this record set. */
export function breakSignature<T extends ZoneFile>(zone: T, name: string, type: string): T {
  const pattern = new RegExp(`^(${name}\\.\\s+\\d+\\s+RRSIG\\s+${type}\\s.*\\s)(\\S)(\\S+)$`, 'm');
  const text = zone.text.replace(pattern, (_, before, first, rest) => `${before}${first === 'A' ? 'B' : 'A'}${rest}`);
  if (text === zone.text) throw new Error(`${name} has no signed ${type} records.`);
  return { ...zone, text };
}
