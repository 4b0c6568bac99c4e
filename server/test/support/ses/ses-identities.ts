import { createPrivateKey, createPublicKey } from 'node:crypto';

/** What SES looks for in DNS has one of these states; a test sets them as SES would after looking. */
export type StubStatus = 'PENDING' | 'SUCCESS' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';

/** An identity of the stub. */
export interface StubIdentity {
  readonly region: string;
  readonly name: string;
  isVerified: boolean;
  tags: { Key: string; Value: string }[];
  dkim: {
    origin: 'AWS_SES' | 'EXTERNAL';
    isEnabled: boolean;
    status: StubStatus;
    tokens: string[];
    /** The public half of the key that was given, as it stands in `p=`. */
    publicKey: string | null;
  };
  mailFrom: { domain: string; status: StubStatus; behavior: string } | null;
}

/** A refusal in the words of AWS. */
export class StubError extends Error {
  readonly status: number;
  readonly type: string;
  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

const badRequest = (message: string) => new StubError(400, 'BadRequestException', message);

/** Reads a JSON object that has exactly these fields. */
export function readFields(value: unknown, required: readonly string[], optional: readonly string[] = []) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('not an object');
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields))
    if (!required.includes(name) && !optional.includes(name)) throw badRequest(`unknown field ${name}`);
  for (const name of required) if (fields[name] === undefined) throw badRequest(`${name} is missing`);
  return fields;
}

/** Reads a key that is brought along, by the rules of the API reference: base64 of a PKCS#1 or PKCS#8 RSA key of 1024 to 2048 bits. */
export function readSigning(value: unknown): StubIdentity['dkim'] {
  const { DomainSigningSelector: selector, DomainSigningPrivateKey: key } = readFields(value, [
    'DomainSigningSelector',
    'DomainSigningPrivateKey',
  ]);
  if (typeof selector !== 'string' || !/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(selector))
    throw badRequest('DomainSigningSelector is not a label');
  if (typeof key !== 'string' || key.length > 20_480 || !/^[a-zA-Z0-9+/]+={0,2}$/.test(key))
    throw badRequest(`Value '${String(key)}' at 'domainSigningPrivateKey' failed to satisfy constraint`);
  const opened = openKey(Buffer.from(key, 'base64'));
  const bits = opened?.asymmetricKeyDetails?.modulusLength ?? 0;
  if (opened?.asymmetricKeyType !== 'rsa' || bits < 1024 || bits > 2048)
    throw badRequest('The private key must be an RSA key of 1024 to 2048 bits');
  const publicKey = createPublicKey(opened).export({ type: 'spki', format: 'der' }).toString('base64');
  return { origin: 'EXTERNAL', isEnabled: true, status: 'PENDING', tokens: [selector], publicKey };
}

function openKey(der: Buffer) {
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type });
    } catch {
      // The other form is tried; neither is a key that SES takes.
    }
  }
  return null;
}

/** Words an identity as GetEmailIdentity does. */
export function formatIdentity({ dkim, mailFrom, tags, isVerified }: StubIdentity) {
  return {
    IdentityType: 'DOMAIN',
    FeedbackForwardingStatus: true,
    VerifiedForSendingStatus: isVerified,
    DkimAttributes: {
      SigningEnabled: dkim.isEnabled,
      Status: dkim.status,
      Tokens: dkim.tokens,
      SigningAttributesOrigin: dkim.origin,
    },
    MailFromAttributes: {
      ...(mailFrom && { MailFromDomain: mailFrom.domain, MailFromDomainStatus: mailFrom.status }),
      BehaviorOnMxFailure: mailFrom?.behavior ?? 'USE_DEFAULT_VALUE',
    },
    Policies: {},
    Tags: tags,
    VerificationStatus: isVerified ? 'SUCCESS' : 'PENDING',
  };
}
