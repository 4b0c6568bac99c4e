import type { Context } from '../context.ts';
import { sendLimited } from '../outgoing/host-limits.ts';

/** So long an answer may take, with all that goes before it. */
const ANSWER_MS = 5_000;
/** A longer answer is none. */
const MAX_OCTETS = 64 * 1024;

/** What a provider's server said. */
export type ProviderAnswer =
  | { readonly outcome: 'answered'; readonly body: string }
  /** 404: it isn't there. */
  | { readonly outcome: 'absent' }
  /** No answer, one that may not be taken (a redirect, an error, too long), or an address that may not be asked. */
  | { readonly outcome: 'unreachable' }
  /** We have asked it so much that we leave it alone for a while. */
  | { readonly outcome: 'asked_often' };

type AskContext = Pick<
  Context,
  'clock' | 'dns' | 'dnsSettings' | 'sendHttp' | 'dnsProviderPolicy' | 'stopping' | 'settingsHosts'
>;

/**
 * Asks a server that a stranger's zone names: over TLS only, at an address that was looked up and checked and at no other, once,
 * without following it anywhere, and for five seconds and 64 KiB.
 */
export async function askProvider(ctx: AskContext, url: string): Promise<ProviderAnswer> {
  const reply = await sendLimited(
    ctx,
    {
      method: 'GET',
      url,
      headers: { accept: 'application/json', 'user-agent': 'autosend-domains' },
      timeoutMs: ANSWER_MS,
      maxOctets: MAX_OCTETS,
      signal: ctx.stopping,
    },
    ctx.dnsProviderPolicy,
    ctx.settingsHosts,
  );
  if ('problem' in reply && reply.problem === 'asked_often') return { outcome: 'asked_often' };
  if ('problem' in reply || reply.cut !== null) return { outcome: 'unreachable' };
  if (reply.status === 404) return { outcome: 'absent' };
  const isPlain = reply.headers['content-encoding'] === undefined || reply.headers['content-encoding'] === 'identity';
  const isAnswer = reply.status >= 200 && reply.status < 300 && isPlain;
  return isAnswer ? { outcome: 'answered', body: reply.body } : { outcome: 'unreachable' };
}
