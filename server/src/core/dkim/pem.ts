/** A private key out of its armour, not yet read. */
export interface PrivateKeyDer {
  readonly der: Uint8Array;
  /** RSAPrivateKey (RFC 8017 appendix A.1.2) or PrivateKeyInfo (RFC 5958). */
  readonly form: 'pkcs1' | 'pkcs8';
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([\s\S]*?)-----END ([A-Z0-9 ]{1,40})-----/g;
const BEGIN = /-----BEGIN [A-Z0-9 ]{1,40}-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** What is said of blocks that are no private key of a kind that signs DKIM. Only fixed words: nothing of the text is quoted. */
const REFUSED: Readonly<Record<string, string>> = {
  'ENCRYPTED PRIVATE KEY': encrypted('openssl pkcs8 -in encrypted.pem -out private.pem'),
  'PUBLIC KEY': publicOnly('a public key'),
  'RSA PUBLIC KEY': publicOnly('a public key'),
  CERTIFICATE: publicOnly('a certificate'),
  'CERTIFICATE REQUEST': publicOnly('a certificate request'),
  'EC PRIVATE KEY': "DKIM doesn't support EC keys. Use RSA or Ed25519.",
  'DSA PRIVATE KEY': "DKIM doesn't support DSA keys. Use RSA or Ed25519.",
  'OPENSSH PRIVATE KEY':
    'This key is in OpenSSH format. Convert a copy of it with `ssh-keygen -p -m PKCS8 -f copy`, which overwrites the file.',
};

/**
 * Takes a private key out of its PEM armour (RFC 7468 §2): exactly one block, PKCS#1 or PKCS#8, not encrypted. Any line
 * breaks and spaces are accepted, and text around the block, which tools write there. What is wrong is told without a
 * character of the text, since that may be a secret.
 */
export function parsePrivateKeyPem(text: string): PrivateKeyDer | { readonly problem: string } {
  // Out of a JSON file or an environment variable, line breaks come as a backslash and an n.
  const unescaped = text.replaceAll(/\\r|\\n/g, '\n');
  const begun = unescaped.match(BEGIN)?.length ?? 0;
  if (begun === 0) return { problem: describeBareText(unescaped) };
  if (begun > 1) return { problem: `There are ${begun} PEM blocks. Send only the one with the private key.` };
  const [block] = unescaped.matchAll(BLOCK);
  if (!block) return { problem: 'The PEM block is cut off: its END line is missing or damaged.' };
  const [, label = '', body = '', end] = block;
  if (label !== end) return { problem: "The BEGIN and END lines of the PEM block don't match." };
  const refused = REFUSED[label];
  if (refused !== undefined) return { problem: refused };
  if (label !== 'PRIVATE KEY' && label !== 'RSA PRIVATE KEY')
    return {
      problem: "The PEM block isn't a private key. It must start with BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY.",
    };
  // RFC 1421 §4.6: how OpenSSL marks an encrypted PKCS#1 key.
  if (/Proc-Type:|DEK-Info:/.test(body))
    return { problem: encrypted('openssl rsa -in encrypted.pem -out private.pem') };
  const base64 = body.replaceAll(/\s/g, '');
  if (!BASE64.test(base64) || base64.length % 4 !== 0)
    return {
      problem: "The text between the BEGIN and END lines isn't valid base64. It may have been cut off or changed.",
    };
  return { der: Buffer.from(base64, 'base64'), form: label === 'PRIVATE KEY' ? 'pkcs8' : 'pkcs1' };
}

function describeBareText(text: string): string {
  if (/(?:^|[;"\s])p\s*=/.test(text))
    return 'This is a DKIM record, which contains the public key. Send the private key instead, as PEM.';
  return 'There is no PEM block. Send the whole key file, including its BEGIN and END lines.';
}

function encrypted(command: string): string {
  return `The private key is encrypted. Decrypt it first with \`${command}\`.`;
}

function publicOnly(what: string): string {
  return `This is ${what}. Send the private key instead, as PEM.`;
}
