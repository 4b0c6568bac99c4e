import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePrivateKeyPem } from './pem.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pkcs1 = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const der8 = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
const der1 = pair.privateKey.export({ type: 'pkcs1', format: 'der' });
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const [, ...lines] = pkcs8.trimEnd().split('\n');
const body = lines.slice(0, -1).join('\n');
const armored = (label: string, text = body) => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`;

const taken: readonly [name: string, text: string, form: 'pkcs1' | 'pkcs8', der: Buffer][] = [
  ['PKCS#8 as OpenSSL writes it', pkcs8, 'pkcs8', der8],
  ['PKCS#1 as OpenSSL writes it', pkcs1, 'pkcs1', der1],
  [
    'an Ed25519 key',
    ed25519.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'pkcs8',
    ed25519.export({ type: 'pkcs8', format: 'der' }),
  ],
  ['line breaks of Windows', pkcs8.replaceAll('\n', '\r\n'), 'pkcs8', der8],
  ['line breaks of an old Mac', pkcs8.replaceAll('\n', '\r'), 'pkcs8', der8],
  ['line breaks that came as a backslash and an n', pkcs8.replaceAll('\n', '\\n'), 'pkcs8', der8],
  ['line breaks that came as \\r\\n', pkcs1.replaceAll('\n', '\\r\\n'), 'pkcs1', der1],
  ['all in one line', pkcs8.replaceAll('\n', ''), 'pkcs8', der8],
  ['blanks in place of line breaks', pkcs8.replaceAll('\n', ' '), 'pkcs8', der8],
  ['text around the block (RFC 7468 §2)', `Bag Attributes\n  friendlyName: x\n${pkcs8}the end`, 'pkcs8', der8],
  ['blanks before every line', pkcs1.replaceAll('\n', '\n    '), 'pkcs1', der1],
  ['one octet', armored('PRIVATE KEY', 'AA=='), 'pkcs8', Buffer.alloc(1)],
];
for (const [name, text, form, der] of taken)
  test(`a private key is taken out of its armor: ${name}`, () => {
    const key = parsePrivateKeyPem(text);
    assert.ok('der' in key);
    assert.equal(key.form, form);
    assert.deepEqual(Buffer.from(key.der), der);
  });

const refused: readonly [name: string, text: string, says: RegExp][] = [
  ['nothing', '', /no PEM block/],
  ['the key without its armor', body, /no PEM block/],
  ['a DKIM record', 'v=DKIM1; k=rsa; p=MIGf', /DKIM record.*public key/],
  ['a DKIM record that begins with p=', 'p = MIGf', /DKIM record/],
  ['a quoted DKIM record', '"p=MIGf"', /DKIM record/],
  ['a word that ends in p=', 'http=MIGf', /no PEM block/],
  ['two blocks', pkcs8 + pkcs1, /There are 2 PEM blocks/],
  ['a key with its certificates', pkcs8 + armored('CERTIFICATE').repeat(3), /There are 4 PEM blocks/],
  ['two blocks that came with \\n', (pkcs8 + pkcs8).replaceAll('\n', '\\n'), /There are 2 PEM blocks/],
  ['a block without its END line', pkcs8.slice(0, -20), /cut off/],
  ['an END line alone', lines.join('\n'), /no PEM block/],
  ['BEGIN and END of two kinds', pkcs8.replace('END PRIVATE', 'END RSA PRIVATE'), /don't match/],
  ['an encrypted PKCS#8 key', armored('ENCRYPTED PRIVATE KEY'), /encrypted.*`openssl pkcs8 /],
  [
    'an encrypted PKCS#1 key (RFC 1421 §4.6)',
    armored('RSA PRIVATE KEY', `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n${body}`),
    /encrypted.*`openssl rsa /,
  ],
  [
    'an encrypted key whose first header was lost',
    armored('RSA PRIVATE KEY', `DEK-Info: DES,00\n\n${body}`),
    /encrypted/,
  ],
  ['a public key', armored('PUBLIC KEY'), /This is a public key/],
  ['a public key (PKCS#1)', armored('RSA PUBLIC KEY'), /This is a public key/],
  ['a certificate', armored('CERTIFICATE'), /This is a certificate\./],
  ['a certificate request', armored('CERTIFICATE REQUEST'), /This is a certificate request/],
  ['an EC key', armored('EC PRIVATE KEY'), /EC key/],
  ['a DSA key', armored('DSA PRIVATE KEY'), /DSA key/],
  ['a key of OpenSSH', armored('OPENSSH PRIVATE KEY'), /ssh-keygen/],
  ['a block of another kind', armored('X509 CRL'), /isn't a private key/],
  ['a block with the name of a property of objects', armored('CONSTRUCTOR'), /isn't a private key/],
  ['an empty block', armored('PRIVATE KEY', ''), /isn't valid base64/],
  ['base64 that is cut off', armored('PRIVATE KEY', body.slice(0, -1)), /isn't valid base64/],
  ['a missing "="', armored('PRIVATE KEY', 'AA='), /isn't valid base64/],
  ['"=" in the middle', armored('PRIVATE KEY', `AA==${body}`), /isn't valid base64/],
  ['three "="', armored('PRIVATE KEY', 'A==='), /isn't valid base64/],
  ['a character that base64 has not', armored('PRIVATE KEY', body.replace(/^./, '*')), /isn't valid base64/],
  ['the alphabet for URLs', armored('PRIVATE KEY', 'AA-_'), /isn't valid base64/],
  ['an octet above ASCII', armored('PRIVATE KEY', '\xe9AAA'), /isn't valid base64/],
];
for (const [name, text, says] of refused)
  test(`no private key is taken from ${name}, and what to do is said`, () => {
    const key = parsePrivateKeyPem(text);
    assert.ok('problem' in key);
    assert.match(key.problem, says);
  });

test('what is wrong with a key is told without a piece of it', () => {
  const secret = lines.slice(0, -1).join('');
  const piece = 12;
  fc.assert(
    fc.property(fc.nat(pkcs8.length), fc.nat(60), fc.constantFrom('', '*', '-----', '\n\n', '='), (at, cut, noise) => {
      const key = parsePrivateKeyPem(pkcs8.slice(0, at) + noise + pkcs8.slice(at + cut));
      if (!('problem' in key)) return;
      for (let start = 0; start + piece <= secret.length; start++)
        assert.ok(!key.problem.includes(secret.slice(start, start + piece)));
    }),
  );
});

test('a label longer than 40 characters is no armor, and one of 40 is', () => {
  const problemOf = (label: string) => {
    const key = parsePrivateKeyPem(armored(label));
    return 'problem' in key ? key.problem : '';
  };
  assert.match(problemOf('X'.repeat(40)), /isn't a private key/);
  assert.match(problemOf('X'.repeat(41)), /no PEM block/);
});
