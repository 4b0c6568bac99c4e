import type { AuthenticateOptions, DMARCResult } from 'mailauth';
import { type Answer, firstAnswer, joinTxt, type QuestionType, recordsOfType } from '../../core/answers/dns-answer.ts';
import { describeFailure } from '../../core/answers/failure-words.ts';
import { isAskableName } from '../../core/spf/macro.ts';
import type { ProofObject } from '../../wire/proof.ts';
import type { Context } from '../context.ts';

/** How the message comes in. */
export interface Envelope {
  readonly mailFrom: string;
  readonly helo: string;
  readonly ip: string | null;
}

/**
 * Judges a message as a receiver would, by code that is not ours (mailauth), from DNS as it is now. What DNS does not answer
 * is `temperror`, never a failure.
 * @param startAt the domain under test: where the search for zones begins
 */
export async function receive(
  ctx: Pick<Context, 'dns' | 'stopping'>,
  message: Buffer,
  envelope: Envelope,
  startAt: string,
): Promise<ProofObject> {
  // Loaded when it is first needed: a service that proves nothing does without it.
  const { authenticate } = await import('mailauth');
  const budget = ctx.dns.startBudget({ signal: ctx.stopping, force: true });
  const resolver = async (name: string, type: string): Promise<unknown> => {
    const asked = RESOLVED[type];
    if (!asked || !isAskableName(name)) throw failure('ENOTFOUND', `${type} is not asked`);
    const result = await ctx.dns.lookup({ name: name.toLowerCase(), type: asked, servers: 'any' }, { budget, startAt });
    return toNodeAnswer(firstAnswer(result), asked);
  };
  const { dkim, spf, dmarc, headers } = await authenticate(message, {
    ...{ sender: envelope.mailFrom, helo: envelope.helo, mta: 'autosend-domains', resolver },
    ...(envelope.ip !== null && { ip: envelope.ip }),
    ...{ disableArc: true, disableBimi: true },
  } as AuthenticateOptions);
  const results = headers.slice(headers.search(/^Authentication-Results:/im));
  // Typed as always there; without a policy it is not.
  const alignment: Partial<DMARCResult['alignment']> = (dmarc ? dmarc.alignment : undefined) ?? {};
  return {
    dkim: dkim.results.map(({ selector, algo, status }) => ({
      ...{ selector: selector ?? '', algorithm: algo ?? '' },
      ...explain(status),
    })),
    spf: spf && envelope.ip !== null ? { domain: String(spf.domain), ip: envelope.ip, ...explain(spf.status) } : null,
    dmarc: {
      ...(dmarc ? explain(dmarc.status) : { result: 'none', reason: 'there is no DMARC policy' }),
      policy: (dmarc ? dmarc.policy : null) || null,
      aligned: (['dkim', 'spf'] as const).filter((kind) => alignment[kind]?.result),
    },
    authenticationResults: envelope.ip === null ? withoutSpf(results.trimEnd()) : results.trimEnd(),
  };
}

/** mailauth judges SPF without an address too, and finds that one is missing. */
function withoutSpf(field: string): string {
  const between = ';\r\n ';
  return field
    .split(between)
    .filter((part) => !part.startsWith('spf='))
    .join(between);
}

function explain({ result, comment }: { result: string; comment?: string | false }): {
  result: string;
  reason: string;
} {
  return { result, reason: comment || '' };
}

const RESOLVED: Readonly<Record<string, QuestionType>> = { TXT: 'TXT', MX: 'MX', A: 'A', AAAA: 'AAAA' };

/** The answer as Node's own resolver would give it. Throws as that does. */
function toNodeAnswer(answer: Answer, type: QuestionType): unknown {
  if (answer.outcome === 'failed')
    throw failure(answer.reason === 'timeout' ? 'ETIMEOUT' : 'ESERVFAIL', describeFailure(answer));
  if (answer.outcome === 'absent') throw failure(answer.reason === 'nxdomain' ? 'ENOTFOUND' : 'ENODATA', answer.reason);
  switch (type) {
    case 'TXT':
      return (recordsOfType(answer, 'TXT') ?? []).map((record) => [joinTxt(record)]);
    case 'MX':
      return (recordsOfType(answer, 'MX') ?? []).map(({ exchange, preference }) => ({
        exchange,
        priority: preference,
      }));
    default:
      return answer.records.flatMap((record) => ('address' in record ? [record.address] : []));
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
