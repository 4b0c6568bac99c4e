import type { AuthenticateOptions, DMARCResult } from 'mailauth';
import {
  type Answer,
  firstAnswer,
  joinTxt,
  type LookupResult,
  type QuestionType,
  recordsOfType,
} from '../../core/answers/dns-answer.ts';
import { describeFailure } from '../../core/answers/failure-words.ts';
import { isAskableName } from '../../core/spf/macro.ts';
import type { ProofObject } from '../../wire/proof.ts';
import type { Context } from '../context.ts';
import { judgeReception, type Reception } from './reception.ts';

/**
 * Receives a message as a receiver would: signatures are verified by code that is not ours (mailauth), from DNS as it is now, and
 * what records are worth is judged by the rules that verify domains, so that the two cannot contradict each other. What DNS does
 * not answer is `temperror`, never a failure.
 */
export async function receive(
  ctx: Pick<Context, 'dns' | 'meters'>,
  message: Buffer,
  reception: Reception,
): Promise<ProofObject> {
  // Loaded when it is first needed: a service that proves nothing does without it.
  const { authenticate } = await import('mailauth');
  const { envelope, domain, budget } = reception;
  const lookups = new Map<string, LookupResult>();
  const resolver = async (name: string, type: string): Promise<unknown> => {
    const asked = RESOLVED[type];
    if (!asked || !isAskableName(name)) throw failure('ENOTFOUND', `${type} is not asked`);
    const question = { name: name.toLowerCase(), type: asked, servers: 'any' } as const;
    return toNodeAnswer(firstAnswer(await ctx.dns.lookup(question, { budget, startAt: domain })), asked);
  };
  const { dkim, dmarc, headers } = await authenticate(message, {
    sender: envelope.mailFrom,
    helo: envelope.helo,
    mta: 'autosend-domains',
    resolver,
    ip: envelope.ip ?? undefined,
    disableArc: true,
    disableBimi: true,
  } as AuthenticateOptions);
  // Typed as always there; without a policy it is not.
  const alignment: Partial<DMARCResult['alignment']> = (dmarc ? dmarc.alignment : undefined) ?? {};
  const field = headers.slice(headers.search(/^Authentication-Results:/im)).trimEnd();
  return judgeReception(
    ctx,
    { ...reception, lookups },
    {
      dkim: dkim.results.map(({ selector, algo, status }) => ({
        ...explain(status),
        selector: selector ?? '',
        algorithm: algo ?? '',
      })),
      dmarc: {
        ...(dmarc ? explain(dmarc.status) : { result: 'none', reason: 'there is no DMARC policy' }),
        policy: (dmarc ? dmarc.policy : null) || null,
        aligned: (['dkim', 'spf'] as const).filter((kind) => alignment[kind]?.result),
      },
      authenticationResults: field,
    },
  );
}

function explain({ result, comment }: { result: string; comment?: string | false }): {
  result: string;
  reason: string;
} {
  return { result, reason: describeComment(comment || '') };
}

/** What went wrong in DNS, in words: mailauth names a failed lookup by the code that it was given. */
function describeComment(comment: string): string {
  const code = /^DNS failure: (\w+)$/.exec(comment)?.[1];
  if (code === undefined) return comment;
  return code === 'ETIMEOUT' ? 'no name server answered in time' : 'the DNS lookup failed';
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
