import type { KeyKind } from '../../../src/core/records/dkim-key.ts';
import type { SeededRandom } from '../../support/dns/seeded-random.ts';

/** The keys that records are made from: base64 as in `p=`. */
export interface DkimKeys {
  readonly kind: KeyKind;
  readonly ours: string;
  /** The same key in the form that it should not have: RSA bare (PKCS#1), Ed25519 as SubjectPublicKeyInfo. */
  readonly oursOtherwise: string;
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
    ...(keys.kind === 'ed25519' || random.below(3) > 0
      ? [
          `k${pad(random, '=')}${random.below(8) > 0 ? keys.kind : random.pick(['RSA', 'rsa', 'ed25519', 'Ed25519', '', 'dsa'])}`,
        ]
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
            `n=${'long note '.repeat(20 + random.below(200))}`,
            `n=${'x'.repeat(200 + random.below(2000))}`,
            'n=a\nb',
            'n=a\rb',
            'n=\r\n',
            't=y=s',
            'n=\u007f',
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

function buildKey(random: SeededRandom, { ours, oursOtherwise, other }: DkimKeys): string {
  const at = 1 + random.below(ours.length - 1);
  switch (random.below(26)) {
    case 0:
      return oursOtherwise;
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
    case 15:
      return ours.replace(/(.{60})/g, random.pick(['$1\r\n\t', '$1\t', '$1\n', '$1\r', '$1\r\n']));
    case 16:
      // The bits that padding leaves over, which decoders may refuse or ignore (RFC 4648 §3.5).
      return ours.replace(/[AQgw](=+)$/, random.pick(['B$1', 'R$1', 'x$1']));
    case 17:
      return `${ours.slice(0, ours.length >> 1)}${other.slice(ours.length >> 1)}`;
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
    case 7:
      return record + random.pick(['\n', '\r\n', '\r', '\t', '\u000b', '\u00a0', '\u00e2\u0080\u008b', '\u0000']);
    case 8:
      return random.pick(['\n', '\r\n', '\t', '\u000b', '\u00e2\u0080\u008b', '\u0000']) + record;
    default:
      return record;
  }
}
