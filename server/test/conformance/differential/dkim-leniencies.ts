import type { KeyKind } from '../../../src/core/records/dkim-key.ts';

/** What other implementations let pass and we do not, with the section that makes ours right (docs/verification.md). */
export interface DkimLeniency {
  readonly what: string;
  /** Where it is forbidden. */
  readonly section: string;
  /** Who lets it pass. */
  readonly judges: readonly string[];
  /** Whether a record has it. */
  has(record: string, kind: KeyKind): boolean;
}

/** One part of a tag list between semicolons, read without our parser. */
interface Part {
  readonly name: string;
  readonly value: string;
}

/** Reads the parts of a tag list; the name of one without a "=" is its text. */
function partsOf(record: string): Part[] {
  const trim = (text: string) => text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '');
  const parts = record.split(';').map(trim);
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => {
    const at = part.indexOf('=');
    return at < 0 ? { name: part, value: '' } : { name: trim(part.slice(0, at)), value: trim(part.slice(at + 1)) };
  });
}

function hasValue(record: string, tag: string, isSo: (value: string) => boolean): boolean {
  return partsOf(record).some(({ name, value }) => name === tag && isSo(value));
}

function hasKey(record: string, isSo: (key: string) => boolean): boolean {
  return hasValue(record, 'p', (value) => isSo(value.replace(/[ \t\r\n]/g, '')));
}

const namesOf = (record: string) => partsOf(record).map(({ name }) => name);
const itemsOf = (value: string) => value.split(':').map((item) => item.trim());
const BOTH = ['dkimpy', 'Mail::DKIM'];
const ALL = [...BOTH, 'OpenDKIM'];

/** The differences that remain. A record that we call VERIFIED and others refuse is never among them. */
export const DKIM_LENIENCIES: readonly DkimLeniency[] = [
  {
    what: 'characters in `p=` that are not base64 are skipped',
    section: 'RFC 6376 §2.10, RFC 4648 §3.3',
    judges: ALL,
    has: (record) => hasKey(record, (key) => /[^A-Za-z0-9+/=]/.test(key)),
  },
  {
    what: '`=` inside of the key, or more of them than are due',
    section: 'RFC 4648 §3.2 and §4',
    judges: ['dkimpy', 'OpenDKIM'],
    has: (record) => hasKey(record, (key) => /=[^=]/.test(key) || (key.endsWith('=') && key.length % 4 !== 0)),
  },
  {
    what: 'octets behind the key',
    section: 'RFC 5280 §4.1, X.690 §8.1',
    judges: ALL,
    has: (record) =>
      hasKey(record, (key) => {
        const der = Buffer.from(key, 'base64');
        return der[0] === 0x30 && der[1] === 0x82 && der.length > 4 + der.readUInt16BE(2);
      }),
  },
  {
    what: 'an RSAPublicKey (PKCS#1): the text of RFC 6376 §3.6.1 asks for it, its appendix C and all keys in use do not',
    section: 'RFC 6376 appendix C; OpenDKIM and rspamd refuse it',
    judges: ['dkimpy'],
    has: (record) => hasKey(record, (key) => /^MII[A-Z]CgKCA/.test(key)),
  },
  {
    what: '`v=` that is not the first tag, or not `DKIM1`',
    section: 'RFC 6376 §3.6.1',
    judges: ALL,
    has: (record) => namesOf(record).indexOf('v') > 0 || hasValue(record, 'v', (value) => value !== 'DKIM1'),
  },
  {
    what: '`k=` that is not the algorithm of the signature, such as an empty one',
    section: 'RFC 6376 §3.2 (values are case-sensitive) and §3.6.1',
    judges: ['Mail::DKIM', 'OpenDKIM'],
    has: (record, kind) => (partsOf(record).find(({ name }) => name === 'k')?.value ?? 'rsa') !== kind,
  },
  {
    what: '`h=` without `sha256`',
    section: 'RFC 6376 §3.2 and §3.6.1',
    judges: ALL,
    has: (record) => hasValue(record, 'h', (value) => !itemsOf(value).includes('sha256')),
  },
  {
    what: '`s=` without `email` or `*`, such as an empty one',
    section: 'RFC 6376 §3.6.1',
    judges: ['Mail::DKIM', 'OpenDKIM'],
    has: (record) => hasValue(record, 's', (value) => !itemsOf(value).some((item) => item === 'email' || item === '*')),
  },
  {
    what: 'characters in a value that no tag may have',
    section: 'RFC 6376 §3.2 (tval)',
    judges: ALL,
    has: (record) => /[^\x20-\x7e\t\r\n]/.test(record),
  },
  {
    what: 'a tag list with an empty part, with a part without `=`, or with a name that is none',
    section: 'RFC 6376 §3.2 (tag-list, tag-name)',
    judges: ['Mail::DKIM', 'OpenDKIM'],
    has: (record) =>
      namesOf(record).some((name) => !/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) ||
      record.split(';').some((part, index, parts) => index < parts.length - 1 && !part.includes('=')),
  },
  {
    what: 'a tag that is there twice',
    section: 'RFC 6376 §3.2',
    judges: ['Mail::DKIM', 'OpenDKIM'],
    has: (record) => new Set(namesOf(record)).size < namesOf(record).length,
  },
];
