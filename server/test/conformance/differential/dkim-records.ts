import type { SeededRandom } from '../../support/dns/seeded-random.ts';

/** The keys that records are made from: base64 as in `p=`. */
export interface DkimKeys {
  /** SubjectPublicKeyInfo. */
  readonly ours: string;
  /** The same key as bare RSAPublicKey (PKCS#1). */
  readonly oursBare: string;
  readonly other: string;
}

/** Makes the TXT records at a selector: our record as people publish it, with the slips that they make. */
export function buildDkimRecords(random: SeededRandom, keys: DkimKeys): string[] {
  const record = buildRecord(random, keys);
  if (random.below(12) > 0) return [record];
  return [
    record,
    random.pick([
      'x',
      '',
      record,
      'v=spf1 -all',
      `v=DKIM1; p=${keys.other}`,
      'autosend-verify-0123',
      ' ',
      'v=DKIM2; p=',
    ]),
  ];
}

function buildRecord(random: SeededRandom, keys: DkimKeys): string {
  const tags = [
    ...(random.below(6) > 0
      ? [
          `v${pad(random, '=')}${random.pick(['DKIM1', 'DKIM1', 'DKIM1', 'DKIM1', 'dkim1', 'DKIM2', 'DKIM 1', '', 'DKIM1.0'])}`,
        ]
      : []),
    ...(random.below(3) > 0
      ? [`k${pad(random, '=')}${random.pick(['rsa', 'rsa', 'rsa', 'RSA', 'ed25519', '', 'rsa ', 'dsa'])}`]
      : []),
    ...(random.below(6) === 0
      ? [`h=${random.pick(['sha256', 'sha1', 'sha1:sha256', ' sha256 : sha1 ', '', 'SHA256', '*'])}`]
      : []),
    ...(random.below(6) === 0
      ? [`s=${random.pick(['email', '*', 'tlsrpt', 'email:tlsrpt', '', 'EMAIL', ' email '])}`]
      : []),
    ...(random.below(6) === 0 ? [`t=${random.pick(['y', 's', 'y:s', '', 'x'])}`] : []),
    ...(random.below(8) === 0
      ? [
          random.pick([
            'n=note',
            'n=note = more',
            'g=*',
            'g=',
            'x=1',
            'P=AAAA',
            'n=',
            'k=rsa',
            'v=DKIM1',
            'a1=b',
            '1a=b',
            'novalue',
            '=x',
            'n=a;;',
            'caf\u00e9=x',
            'n=caf\u00e9',
            'n=a\u000bb',
            'n=a\u0000b',
          ]),
        ]
      : []),
  ];
  const p = `p${pad(random, '=')}${buildKey(random, keys)}`;
  if (random.below(25) > 0) tags.splice(random.below(5) > 0 ? tags.length : random.below(tags.length + 1), 0, p);
  return slip(
    random,
    tags.join(random.pick(['; ', '; ', '; ', ';', ' ; ', ';\t', ';\r\n '])) +
      random.pick(['', '', '', ';', '; ', ' ;', ';;']),
  );
}

function buildKey(random: SeededRandom, { ours, oursBare, other }: DkimKeys): string {
  const at = 1 + random.below(ours.length - 1);
  switch (random.below(22)) {
    case 0:
      return oursBare;
    case 1:
      return other;
    case 2:
      return ours.slice(0, at);
    case 3:
      return `${ours}A`;
    case 4:
      return ours.replace(/=+$/, '');
    case 5:
      return `${ours}=`;
    case 6:
      return ours.replace(/(.{60})/g, '$1 ');
    case 7:
      return `${ours.slice(0, at)}${random.pick([' ', '\t', '\u00a0', '\u000b', '\r\n ', '"', '" "', '-', '_', '.', '\u0000', '\n', '='])}${ours.slice(at)}`;
    case 8:
      return ours.replaceAll('+', '-').replaceAll('/', '_');
    case 9:
      return ours.toLowerCase();
    case 10:
      return '';
    case 11:
      return `-----BEGIN PUBLIC KEY-----${ours}-----END PUBLIC KEY-----`;
    case 12:
      return `${ours}${ours}`;
    case 13:
      return `${ours}AAAA`;
    case 14:
      return ours.slice(0, at) + ours.slice(at + 1);
    default:
      return ours;
  }
}

function pad(random: SeededRandom, sign: string): string {
  return random.below(8) > 0 ? sign : random.pick([` ${sign}`, `${sign} `, ` ${sign} `, `\t${sign}`, `\u00a0${sign}`]);
}

function slip(random: SeededRandom, record: string): string {
  switch (random.below(30)) {
    case 0:
      return `"${record}"`;
    case 1:
      return record.replaceAll(';', '\\;');
    case 2:
      return ` ${record}`;
    case 3:
      return record.replaceAll('; ', ' ');
    case 4:
      return `\u00ef\u00bb\u00bf${record}`;
    case 5:
      return `${record}\u00a0`;
    case 6:
      return record.toUpperCase();
    default:
      return record;
  }
}
