import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The credentials that a stub of AWS takes. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a request's Signature Version 4 says: the region that it is for, or what is wrong with it. */
export type SignatureVerdict = { readonly region: string } | { readonly error: string };

// Some clients have a space after the commas, and some none.
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[A-Z0-9]+)\/(?<day>\d{8})\/(?<region>[a-z0-9-]+)\/(?<service>[a-z0-9]+)\/aws4_request, ?SignedHeaders=(?<names>[a-z0-9;-]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Recomputes a request's signature for a service, as AWS does (Signature Version 4). */
export function verifySignature(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: Buffer,
  credentials: AwsCredentials | null,
  service: 'ses' | 'route53',
): SignatureVerdict {
  const parts = AUTHORIZATION.exec(request.headers.authorization ?? '')?.groups;
  if (parts?.service !== service) return { error: 'MissingAuthenticationToken' };
  const { id, day = '', region = '', names = '', signature } = parts;
  if (credentials === null || id !== credentials.accessKeyId) return { error: 'UnrecognizedClientException' };
  const url = new URL(request.url ?? '/', 'http://stub');
  const query = [...url.searchParams].map((pair) => pair.map(encodeUnreserved).join('='));
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, url.pathname, query.sort().join('&'), headers.join(''), names, sha256(body)];
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical.join('\n'))].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), region), service), 'aws4_request');
  if (hmac(key, text).toString('hex') !== signature) return { error: 'InvalidSignatureException' };
  return { region };
}

/** Leaves what RFC 3986 §2.3 does, and nothing else. */
function encodeUnreserved(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}
