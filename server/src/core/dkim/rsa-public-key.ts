/** The two numbers of an RSA public key, each as hexadecimal digits without leading zeros. */
export interface RsaPublicKey {
  readonly modulusHex: string;
  readonly exponentHex: string;
  readonly modulusBits: number;
}

// AlgorithmIdentifier of rsaEncryption with NULL parameters (RFC 8017 appendix A.1, RFC 3279 §2.3.1), as DER.
const RSA_ALGORITHM = Buffer.from('300d06092a864886f70d0101010500', 'hex');

/**
 * Parses a DER-encoded RSA public key, either as SubjectPublicKeyInfo, which is what everybody publishes, or as the bare
 * RSAPublicKey, which is what RFC 6376 §3.6.1 asks for. Null for anything else, octets left over included.
 */
export function parseRsaPublicKey(der: Uint8Array): RsaPublicKey | null {
  return parseSubjectPublicKeyInfo(der) ?? parseBareRsaPublicKey(der);
}

/** A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
function parseSubjectPublicKeyInfo(der: Uint8Array): RsaPublicKey | null {
  const content = readWhole(toBuffer(der), SEQUENCE);
  if (!content?.subarray(0, RSA_ALGORITHM.length).equals(RSA_ALGORITHM)) return null;
  const bits = readWhole(content.subarray(RSA_ALGORITHM.length), BIT_STRING);
  // The first octet of a BIT STRING is the number of unused bits; a key has none.
  if (bits?.[0] !== 0) return null;
  const key = readWhole(bits.subarray(1), SEQUENCE);
  return key && parseNumbers(key);
}

/** Parses a bare RSAPublicKey (RFC 8017 appendix A.1.1, PKCS#1); null for anything else. */
export function parseBareRsaPublicKey(der: Uint8Array): RsaPublicKey | null {
  const content = readWhole(toBuffer(der), SEQUENCE);
  return content && parseNumbers(content);
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;

function toBuffer(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
}

function parseNumbers(content: Buffer): RsaPublicKey | null {
  const modulus = readElement(content, INTEGER);
  if (!modulus) return null;
  const exponent = readWhole(modulus.rest, INTEGER);
  if (!exponent) return null;
  const modulusHex = formatNumber(modulus.content);
  const exponentHex = formatNumber(exponent);
  if (modulusHex === '' || exponentHex === '') return null;
  const topBits = Math.floor(Math.log2(Number.parseInt(modulusHex.charAt(0), 16))) + 1;
  return { modulusHex, exponentHex, modulusBits: (modulusHex.length - 1) * 4 + topBits };
}

function formatNumber(integer: Buffer): string {
  return integer.toString('hex').replace(/^0+/, '');
}

/** Reads one element that fills its place exactly. */
function readWhole(octets: Buffer, tag: number): Buffer | null {
  const element = readElement(octets, tag);
  return element && element.rest.length === 0 ? element.content : null;
}

/** Reads the first element (X.690 §8.1): tag, definite length of at most three octets, content. */
function readElement(octets: Buffer, tag: number): { content: Buffer; rest: Buffer } | null {
  const [foundTag, firstLength] = octets;
  if (foundTag !== tag || firstLength === undefined) return null;
  let start = 2;
  let length = firstLength;
  if (firstLength >= 0x80) {
    const lengthOctets = firstLength - 0x80;
    if (lengthOctets < 1 || lengthOctets > 2 || octets.length < 2 + lengthOctets) return null;
    length = octets.readUIntBE(2, lengthOctets);
    start += lengthOctets;
  }
  if (octets.length < start + length) return null;
  return { content: octets.subarray(start, start + length), rest: octets.subarray(start + length) };
}
