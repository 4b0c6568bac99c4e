import { createHash } from 'node:crypto';
import type { ProjectId } from '../../core/ids.ts';
import { parseHeaderSection } from '../../core/message/header-section.ts';
import { createRelaxedBody } from '../../core/message/relaxed-body.ts';
import { buildKeyRecord } from '../../core/records/dkim-key.ts';
import type { ProofObject } from '../../wire/proof.ts';
import type { Context } from '../context.ts';
import { buildRecordsOf } from '../domain-object/domain-records.ts';
import { getDomain } from '../domains/domains.ts';
import { requireCheck } from '../node/required-check.ts';
import { inTestMode } from '../test-mode/test-mode.ts';
import { receive } from './receiver.ts';
import { signFields } from './sign-message.ts';
import { readSigningKeys } from './signing-keys.ts';

const BODY = Buffer.from('This message was never sent. It shows that mail from this domain passes authentication.\r\n');

/**
 * Signs a small message and judges it as a receiver would, from DNS as it is now; also for a domain that is not verified.
 * @param ip the address that mail would come from; null leaves SPF out
 * @throws AppError NOT_FOUND, RATE_LIMIT_EXCEEDED
 */
export async function proveDomain(
  given: Context,
  projectId: ProjectId,
  domainId: string,
  ip: string | null,
): Promise<ProofObject> {
  const domain = await getDomain(given, projectId, domainId);
  const ctx = await inTestMode(given, domain);
  const admission = await requireCheck(ctx, domain);
  const signer = await readSigningKeys(ctx, projectId, domainId);
  const { mail_from_mx: mailFrom, dmarc } = buildRecordsOf(domain);
  const signedAt = ctx.clock.now();
  const header = [
    `From: proof@${domain.name}`,
    `To: proof@${domain.name}`,
    'Subject: A proof',
    `Date: ${signedAt.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${ctx.randomBytes(12).toString('hex')}@${domain.name}>`,
  ]
    .map((line) => `${line}\r\n`)
    .join('');
  const fields = parseHeaderSection(Buffer.from(header, 'latin1'));
  if ('problem' in fields) throw new Error(`The proof for ${domain.name} is no message: ${fields.problem}.`);
  const hash = createHash('sha256');
  const body = createRelaxedBody((octets) => hash.update(octets));
  body.write(BODY);
  body.end();
  const signatures = await signFields(signer, fields, { bodyHash: hash.digest('base64'), signedAt, expiresAt: null });
  const message = Buffer.concat([Buffer.from(`${signatures.join('')}${header}\r\n`, 'latin1'), BODY]);
  const envelope = { mailFrom: `bounce@${mailFrom.name}`, helo: mailFrom.name, ip };
  const keys = new Map(
    signer.keys.map((key) => [key.selector, buildKeyRecord({ ...key, domainName: domain.name })] as const),
  );
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true });
  try {
    return await receive(ctx, message, { domain: domain.name, envelope, keys, dmarc, budget });
  } finally {
    admission.settle(budget.queriesUsed());
  }
}
