import type { DnsProviderProblem, ProviderTools } from '../../../core/publishing/dns-provider.ts';
import {
  type DnsReply,
  type DnsRequest,
  decodeReply,
  encodeRequest,
  OPCODES,
} from '../../../core/publishing/wire/message.ts';
import { TSIG_ERRORS } from '../../../core/publishing/wire/tsig-record.ts';
import { explainClock, explainKeyFault, explainUnsigned } from './faults.ts';
import { judgeSignature, readTsigKey, signRequest, type TsigKey } from './tsig-key.ts';

/** An answer whose signature is right, whatever its response code; or why there is none. */
export type Asked =
  | { readonly outcome: 'signed'; readonly reply: DnsReply }
  | {
      readonly outcome: 'failed';
      /** Its `mayBeWritten` is false only where the server surely did nothing. */
      readonly problem: DnsProviderProblem;
      /** An answer that nobody signed, which may be anyone's. */
      readonly unsigned?: DnsReply;
    };

/** A primary server that is asked over TCP. */
export interface Rfc2136Session {
  /** Sends a request signed. */
  ask(request: DnsRequest, signal: AbortSignal): Promise<Asked>;
}

/** Reads the settings of a connection; where they can't be used, gives back why. */
export function openSession(
  settings: Readonly<Record<string, string>>,
  tools: ProviderTools,
): Rfc2136Session | DnsProviderProblem {
  const host = (settings.server ?? '').trim();
  const port = Number(settings.port ?? '53');
  const key = readTsigKey(settings);
  if (host === '') return { outcome: 'unreachable', detail: 'The server is missing.', mayBeWritten: false };
  if (!Number.isInteger(port) || port < 1 || port > 0xffff)
    return { outcome: 'unreachable', detail: 'The port must be a number from 1 to 65535.', mayBeWritten: false };
  if ('fault' in key) return { outcome: 'unauthorized', detail: key.fault, mayBeWritten: false };

  const now = () => Math.floor(tools.clock.now().getTime() / 1000);
  const send = async (id: number, request: DnsRequest, message: Buffer, signal: AbortSignal) => {
    const sent = await tools.exchange({ host, port, message, signal });
    if (sent.outcome === 'address_refused') return { ...sent, mayBeWritten: false };
    if (sent.outcome !== 'done') return sent;
    const reply = decodeReply(Buffer.from(sent.value));
    return reply && isReplyTo(reply, id, request) ? { outcome: 'done' as const, value: reply } : NO_REPLY;
  };
  return {
    async ask(request, signal) {
      const id = Buffer.from(tools.randomBytes(2)).readUInt16BE(0);
      const message = encodeRequest(id, request);
      if (!message) return { outcome: 'failed', problem: TOO_LONG };
      const { signed, mac } = signRequest(message, key, now());
      const sent = await send(id, request, signed, signal);
      return sent.outcome === 'done' ? checkReply(sent.value, key, mac, now()) : { outcome: 'failed', problem: sent };
    },
  };
}

const TOO_LONG: DnsProviderProblem = {
  outcome: 'refused_record',
  detail: 'There are too many records for one DNS message, or they are too long.',
  mayBeWritten: false,
};
const NO_REPLY: DnsProviderProblem = {
  outcome: 'bad_answer',
  detail: "The response doesn't belong to our request.",
};

const WRONG_SIGNATURE: DnsProviderProblem = {
  outcome: 'bad_answer',
  detail: 'The response has a wrong signature. Somebody between here and the server may have changed it.',
};

function checkReply(reply: DnsReply, key: TsigKey, requestMac: Buffer, at: number): Asked {
  const judged = judgeSignature(reply, key, requestMac, at);
  const fault = explainKeyFault(reply, key);
  switch (judged.verdict) {
    case 'right':
      return fault ? { outcome: 'failed', problem: fault } : { outcome: 'signed', reply };
    case 'missing':
      return { outcome: 'failed', problem: fault ?? explainUnsigned(reply), unsigned: reply };
    case 'clock': {
      // A signed BADTIME says that nothing was done; a late answer says nothing of the kind.
      const isRefusal = reply.tsig?.error === TSIG_ERRORS.badTime;
      const problem = { ...explainClock(judged.aheadSeconds), ...(isRefusal && { mayBeWritten: false }) };
      return { outcome: 'failed', problem };
    }
    case 'wrong':
      return { outcome: 'failed', problem: WRONG_SIGNATURE };
  }
}

/** An answer repeats the id, the kind of request, and the question where it has one (RFC 1035 §4.1.1, RFC 2136 §3.8). */
function isReplyTo(reply: DnsReply, id: number, { opcode, name, type }: DnsRequest): boolean {
  if (reply.id !== id || !reply.isResponse || reply.opcode !== opcode || reply.truncated) return false;
  // Errors may come without it, and so may every answer to an update.
  if (!reply.question) return opcode === OPCODES.update || reply.rcode !== 0;
  return reply.question.name === name && reply.question.type === type;
}
