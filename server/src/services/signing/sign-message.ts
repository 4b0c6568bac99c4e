/*
 * Signing mail, in two ways. A message may be sent through the API: `message-stream.ts` reads it, `signers.ts`
 * remembers which keys sign for a domain (read by `signing-keys.ts`), and `signMessage` signs as it streams. Or a
 * mail server pulls the keys (`exported-keys.ts`, with `key-marks.ts` to tell it that nothing changed). `proof.ts`
 * signs a test message and has `receiver.ts` evaluate it as a receiver would.
 */

import { createHash } from 'node:crypto';
import { AppError, validationError } from '../../core/errors.ts';
import type { ProjectId } from '../../core/ids.ts';
import { maySend } from '../../core/lifecycle/sending-statuses.ts';
import { beginSignature, type SignatureInput } from '../../core/message/dkim-signature.ts';
import { createOctetCheck, type ForbiddenOctet } from '../../core/message/forbidden-octets.ts';
import { type HeaderField, parseHeaderSection } from '../../core/message/header-section.ts';
import { readFromDomains } from '../../core/message/mailboxes.ts';
import { createRelaxedBody } from '../../core/message/relaxed-body.ts';
import { keyKindOf } from '../../core/records/dkim-key.ts';
import { FLAGS, RECORDS } from '../../core/records/record.ts';
import { signDkim } from '../../crypto/dkim-signing.ts';
import { getDiagnostics } from '../checks/diagnostics.ts';
import type { Context } from '../context.ts';
import type { Signer } from '../ports.ts';
import { readMessage } from './message-stream.ts';

/** Which message is signed, and how. */
export interface SignInput {
  /** An RFC 5322 message, in pieces. */
  readonly message: AsyncIterable<Uint8Array>;
  /** After how long the signature expires (`x=`); null for never. */
  readonly expiresInSeconds: number | null;
}

/**
 * Signs a message for a domain with its active keys, without holding the message: whole `DKIM-Signature` fields, RSA first,
 * each ending in CRLF, to be put before it.
 * @throws AppError NOT_FOUND, DOMAIN_NOT_VERIFIED, FROM_NOT_ALLOWED, VALIDATION_FAILED, PAYLOAD_TOO_LARGE
 */
export async function signMessage(
  ctx: Context,
  projectId: ProjectId,
  domainId: string,
  { message, expiresInSeconds }: SignInput,
): Promise<string[]> {
  const signer = await ctx.signers.read(projectId, domainId);
  await requireVerified(ctx, projectId, signer);
  const hash = createHash('sha256');
  const body = createRelaxedBody((octets) => hash.update(octets));
  const octetCheck = createOctetCheck();
  let fields: readonly HeaderField[] = [];
  await readMessage(message, {
    onHeader: (section) => {
      fields = readHeader(section);
      requireOwnFrom(signer, fields);
    },
    onBody: (octets) => {
      requireClean(octetCheck.check(octets));
      body.write(octets);
    },
  });
  requireClean(octetCheck.end());
  body.end();
  const bodyHash = hash.digest('base64');
  const signedAt = ctx.clock.now();
  const expiresAt = expiresInSeconds === null ? null : new Date(signedAt.getTime() + 1000 * expiresInSeconds);
  return signFields(signer, fields, { bodyHash, signedAt, expiresAt });
}

/** Signs a header with all keys of a domain: whole `DKIM-Signature` fields. */
export function signFields(
  signer: Signer,
  fields: readonly HeaderField[],
  over: Pick<SignatureInput, 'bodyHash' | 'signedAt' | 'expiresAt'>,
): Promise<string[]> {
  return Promise.all(
    signer.keys.map(async ({ selector, algorithm, privateKey }) => {
      const kind = keyKindOf(algorithm);
      const unfinished = beginSignature(fields, { ...over, kind, domain: signer.name, selector });
      return unfinished.finish(await signDkim(privateKey, kind, unfinished.signedText));
    }),
  );
}

async function requireVerified(ctx: Context, projectId: ProjectId, signer: Signer): Promise<void> {
  if (maySend(signer.status)) return;
  const { records, checkedAt } = await getDiagnostics(ctx, projectId, signer.id, { refresh: false });
  const wrong = records.filter(({ record, status }) => FLAGS[RECORDS[record].flag].isRequired && status !== 'verified');
  const details = wrong.flatMap(({ record, findings: [finding] }) =>
    finding ? [{ field: record, message: `${finding.title}. ${finding.detail}` }] : [],
  );
  const next = checkedAt ? 'See its diagnostics for the reason.' : 'Publish its records, then verify it.';
  throw new AppError(
    'DOMAIN_NOT_VERIFIED',
    `Mail from ${signer.name} can't be signed because the domain is ${signer.status}. ${details[0]?.message ?? next}`,
    details.length > 0 ? { details } : {},
  );
}

function requireClean(found: ForbiddenOctet | null): void {
  if (!found) return;
  const [what, hint] =
    found.what === 'NUL'
      ? ['a NUL', 'Encode binary content as base64.']
      : ['a CR without an LF', 'End every line with CRLF.'];
  throw validationError(
    'body',
    `The message body contains ${what} at offset ${found.at}. Mail servers change it in transit, which would break the signature. ${hint}`,
  );
}

function readHeader(section: Buffer): readonly HeaderField[] {
  const fields = parseHeaderSection(section);
  if ('problem' in fields) throw validationError('body', `The body isn't an RFC 5322 message: ${fields.problem}.`);
  return fields;
}

/** What is signed validates for the author: every address in From must be in the domain or below it. */
function requireOwnFrom(signer: Signer, fields: readonly HeaderField[]): void {
  const [from, ...others] = fields.filter(({ name }) => name === 'from');
  if (!from) throw validationError('from', 'The message has no From field.');
  if (others.length > 0)
    throw validationError('from', `The message has ${others.length + 1} From fields; it must have exactly one.`);
  const domains = readFromDomains(from.body);
  if ('problem' in domains) throw validationError('from', `The From field can't be read: ${domains.problem}.`);
  const foreign = domains.find((domain) => domain !== signer.name && !domain.endsWith(`.${signer.name}`));
  if (foreign !== undefined)
    throw new AppError(
      'FROM_NOT_ALLOWED',
      `The From address is at ${foreign}, which isn't ${signer.name} or one of its subdomains.`,
      { details: [{ field: 'from', message: `must be at ${signer.name} or a subdomain of it` }] },
    );
}
