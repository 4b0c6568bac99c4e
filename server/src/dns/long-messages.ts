import type { Message, Unread } from './wire.ts';
import { compareQuestion, decodeHeader, decodeMessage } from './wire.ts';

/** Shorter ones are read faster than they are compared. */
const LONG_OCTETS = 4_096;
/** Several checks are under way at once, each of which asks the servers of one zone. */
const MAX_REMEMBERED = 4;
const AFTER_ID = 2;
const HEADER_OCTETS = 12;

interface Remembered {
  readonly octets: Buffer;
  readonly question: Buffer;
  readonly message: Message;
}

/**
 * Creates what reads answers that came over TCP. Many servers of a zone give the same long one, which is read once: its records
 * are then the same objects, and whoever judges them need not look at them again.
 */
export function createLongMessageReader(): (octets: Buffer, question: Buffer) => Message | Unread {
  const remembered: Remembered[] = [];
  return (octets, question) => {
    if (octets.length < LONG_OCTETS) return decodeMessage(octets, question);
    const known = remembered.find((each) => isSame(each, octets, question));
    const header = decodeHeader(octets);
    if (known && header) return { ...known.message, id: header.id };
    const message = decodeMessage(octets, question, header);
    if ('kind' in message) return message;
    remembered.unshift({ octets, question, message });
    remembered.splice(MAX_REMEMBERED);
    return message;
  };
}

/** Whether two answers differ in the id and the case of the asked name only. */
function isSame(known: Remembered, octets: Buffer, question: Buffer): boolean {
  if (known.octets.length !== octets.length || known.question.length !== question.length) return false;
  if (compareQuestion(octets, known.question) === 'different') return false;
  const rest = HEADER_OCTETS + question.length;
  return (
    octets.compare(known.octets, AFTER_ID, HEADER_OCTETS, AFTER_ID, HEADER_OCTETS) === 0 &&
    octets.compare(known.octets, rest, known.octets.length, rest, octets.length) === 0
  );
}
