import { isLoopback } from '../core/names/loopback.ts';
import { cleanLine } from '../core/notices/mail-body.ts';
import type { Mailer, MailOutcome, OutgoingMail } from '../core/notices/mailer.ts';

/** Which mail server emails are handed to, and whom they are from. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** Whether TLS begins with the connection; otherwise by STARTTLS. */
  readonly isTls: boolean;
  /** Null where the server takes mail without. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
  readonly from: { readonly name: string; readonly address: string };
}

/** For how long a server is waited for, in milliseconds. */
export interface MailTimes {
  /** For the connection, and for the greeting. */
  readonly connectMs: number;
  /** For each answer. */
  readonly answerMs: number;
  /** For all of it. */
  readonly totalMs: number;
}

const TIMES: MailTimes = { connectMs: 10_000, answerMs: 30_000, totalMs: 60_000 };
const MAX_PROBLEM = 200;
/** One address and nothing else: whatever could be read as two is sent to nobody. */
const ADDRESS = /^[^\s\p{C}<>(),;:"@[\]\\]+@[^\s\p{C}<>(),;:"@[\]\\]+$/u;
/** Bad sequence of commands: the session went wrong, not the message. */
const BAD_SEQUENCE = 503;

/** Creates what hands emails to a mail server, each on a connection of its own. The library is loaded with the first one. */
export function createMailer(settings: MailSettings, times: MailTimes = TIMES): Mailer {
  let opening: ReturnType<typeof openTransport> | undefined;
  const open = () => {
    opening ??= openTransport(settings, times);
    return opening;
  };
  return {
    async send(mail, signal) {
      if (!ADDRESS.test(mail.to)) return { outcome: 'refused', problem: "the recipient isn't an email address" };
      const transport = await open();
      try {
        const ending = AbortSignal.any([signal, AbortSignal.timeout(times.totalMs)]);
        await transport.sendMail({ ...buildMessage(mail, settings), signal: ending });
        return { outcome: 'sent' };
      } catch (error) {
        return describeFailure(error);
      }
    },
    async check() {
      const transport = await open();
      try {
        await transport.verify();
        return null;
      } catch (error) {
        return describeFailure(error).problem;
      }
    },
  };
}

async function openTransport({ host, port, isTls, credentials }: MailSettings, times: MailTimes) {
  const { createTransport } = await import('nodemailer');
  // A password goes to nobody who can't prove that he is the server; without one, what can be encrypted is (RFC 7435).
  const isProved = isTls || (credentials !== null && !isLoopback(host));
  return createTransport({
    host,
    port,
    secure: isTls,
    requireTLS: isProved && !isTls,
    opportunisticTLS: !isProved,
    tls: { rejectUnauthorized: isProved },
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password }, forceAuth: true }),
    connectionTimeout: times.connectMs,
    greetingTimeout: times.connectMs,
    dnsTimeout: times.connectMs,
    socketTimeout: times.answerMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function buildMessage(mail: OutgoingMail, { from }: MailSettings) {
  const { to, subject, text, html, id, date, unsubscribeUrl } = mail;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from,
    // As an object it is an address and nothing else, whatever is in it.
    to: { name: '', address: to },
    envelope: { from: from.address, to: [to] },
    messageId: `<${id}@${domain}>`,
    date,
    subject,
    text,
    html,
    textEncoding: 'quoted-printable' as const,
    headers: {
      // RFC 3834 §5.2: nobody's absence is answered to it.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(unsubscribeUrl !== undefined && {
        // Prepared is unfolded and unchecked: as a URL, nothing in it can end the line.
        'List-Unsubscribe': { prepared: true, value: `<${new URL(unsubscribeUrl).href}>` },
        // RFC 8058 §3.1: one click needs https.
        ...(unsubscribeUrl.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
      }),
    },
  };
}

/** Refused for good is what the server said no to once it knew sender, recipient or message (RFC 5321 §4.2.1). Whatever comes before concerns the connection. */
function describeFailure(error: unknown): Exclude<MailOutcome, { readonly outcome: 'sent' }> {
  const { code, responseCode, response, message } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const isOfMessage = code === 'EENVELOPE' || code === 'EMESSAGE';
  const isFinal = typeof responseCode !== 'number' || (responseCode >= 500 && responseCode !== BAD_SEQUENCE);
  const said = typeof response === 'string' ? response : String(message ?? error);
  return {
    outcome: isOfMessage && isFinal ? 'refused' : 'failed',
    problem: cleanLine(typeof code === 'string' ? `${said} (${code})` : said, MAX_PROBLEM),
  };
}
