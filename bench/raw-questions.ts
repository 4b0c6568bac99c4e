import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Question } from '../server/src/core/answers/dns-answer.ts';
import type { Target } from '../server/src/dns/udp/sockets.ts';
import { encodeQuery } from '../server/src/dns/wire.ts';

const STUCK_AFTER_MS = 3_000;

/**
 * The floor: sends messages that are made beforehand and counts the answers, on one socket, so many under way at once. It
 * decodes nothing, compares nothing and asks nothing twice. Gives the number of answers.
 * @throws Error when answers stay away
 */
export async function askRaw(target: Target, messages: readonly Buffer[], atOnce: number): Promise<number> {
  const socket = createSocket('udp4');
  socket.connect(target.port, target.address);
  await once(socket, 'connect');
  let sent = 0;
  let answered = 0;
  const sendNext = () => {
    const message = messages[sent];
    if (message) socket.send(message);
    sent += 1;
  };
  try {
    await new Promise<void>((resolve, reject) => {
      let seen = 0;
      const watch = setInterval(() => {
        if (answered === seen) reject(new Error(`Only ${answered} of ${messages.length} questions were answered.`));
        seen = answered;
      }, STUCK_AFTER_MS);
      socket.on('error', reject).on('message', () => {
        answered += 1;
        if (answered < messages.length) return sendNext();
        clearInterval(watch);
        resolve();
      });
      for (let i = 0; i < Math.min(atOnce, messages.length); i += 1) sendNext();
    });
  } finally {
    socket.close();
  }
  return answered;
}

/** Encodes questions as ours go out, but in lower case and with ids in a row. */
export function encodeAll(questions: readonly Pick<Question, 'name' | 'type'>[]): Buffer[] {
  return questions.map(({ name, type }, id) => {
    const query = encodeQuery({ id: id & 0xffff, name, type, recursionDesired: false, edns: true, caseBits: null });
    if (!query) throw new Error(`${name} cannot be asked.`);
    return query.message;
  });
}
