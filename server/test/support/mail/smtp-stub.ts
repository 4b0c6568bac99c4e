import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Where a session is: at the greeting, at a command, or at the end of a message. */
export type SmtpStage = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'message' | 'QUIT';

/** What the server does at a stage: says this line, hangs up, says nothing; null does as it should. */
export type SmtpAnswer = string | 'hang up' | 'say nothing' | null;

/** An email as it was received. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  readonly raw: string;
}

/** A mail server on 127.0.0.1 that holds its client to RFC 5321, and misbehaves where it is told to. */
export interface SmtpStub {
  readonly port: number;
  /** Emails that were accepted, oldest first. */
  readonly received: readonly ReceivedMail[];
  /** What the client did that it may not. */
  readonly offenses: readonly string[];
  /** Every command, in upper case, without what follows it. */
  readonly commands: readonly string[];
  answer(answering: (stage: SmtpStage, line: string) => SmtpAnswer): void;
  close(): Promise<void>;
}

const GOOD: Readonly<Record<SmtpStage, string>> = {
  greeting: '220 stub.example ESMTP',
  EHLO: '250-stub.example\r\n250-AUTH PLAIN\r\n250 8BITMIME',
  AUTH: '235 welcome',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  message: '250 kept',
  QUIT: '221 bye',
};
const BEFORE: Readonly<Partial<Record<SmtpStage, SmtpStage>>> = { MAIL: 'EHLO', RCPT: 'MAIL', DATA: 'RCPT' };
/** RFC 5321 §4.5.3.1.6, with its end. */
const MAX_LINE = 1_000;

/** Starts the server on a free port. */
export async function startSmtpStub(): Promise<SmtpStub> {
  const received: ReceivedMail[] = [];
  const offenses: string[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let answering: (stage: SmtpStage, line: string) => SmtpAnswer = () => null;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let last: SmtpStage = 'greeting';
    let message: string[] | null = null;
    let [from, to, pending] = ['', '', ''];
    /** @returns whether it went well */
    const reply = (stage: SmtpStage, line: string): boolean => {
      const given = answering(stage, line);
      if (given === 'hang up') socket.destroy();
      else if (given !== 'say nothing') socket.write(`${given ?? GOOD[stage]}\r\n`);
      if (given === null) last = stage;
      return given === null;
    };
    const obey = (line: string): void => {
      const verb = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? '';
      commands.push(verb);
      const stage = verb === 'HELO' ? 'EHLO' : (verb as SmtpStage);
      if (!(stage in GOOD)) return void socket.write('500 what\r\n');
      const before = BEFORE[stage];
      if (before && last !== before && !(stage === 'MAIL' && (last === 'AUTH' || last === 'message')))
        offenses.push(`${stage} after ${last}`);
      const [, path = ''] = /^(?:MAIL FROM|RCPT TO):<([^<>\s]+)>/i.exec(line) ?? [];
      if (stage === 'MAIL' || stage === 'RCPT') {
        if (path === '') offenses.push(line);
        if (stage === 'MAIL') from = path;
        else to = path;
      }
      if (!reply(stage, line)) return;
      if (stage === 'DATA') message = [];
      if (stage === 'QUIT') socket.end();
    };
    reply('greeting', '');
    socket.setEncoding('latin1').on('data', (text: string) => {
      pending += text;
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (/[\r\n\0]/.test(line)) offenses.push('a bare CR, LF or NUL');
        if (/[^\0-\x7f]/.test(line)) offenses.push(`not ASCII: ${line}`);
        if (line.length + 2 > MAX_LINE) offenses.push(`a line of ${line.length} octets`);
        if (message === null) obey(line);
        else if (line !== '.') {
          message.push(line.replace(/^\./, ''));
          if (answering('message', line) === 'hang up') socket.destroy();
        } else {
          const raw = `${message.join('\r\n')}\r\n`;
          message = null;
          if (reply('message', '.')) received.push({ from, to, raw });
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    offenses,
    commands,
    answer(given) {
      answering = given;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
