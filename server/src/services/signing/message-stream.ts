import { AppError, validationError } from '../../core/errors.ts';

const MAX_HEADER_OCTETS = 1024 * 1024;
/** 25 MB, as most mail servers take it. */
export const MAX_MESSAGE_OCTETS = 25 * 1024 * 1024;

const [LF, CR] = [0x0a, 0x0d] as const;

/** Takes a message apart while it comes in. */
export interface MessageReader {
  /** Called once, before the body: the header section, without the empty line that ends it. */
  onHeader(section: Buffer): void;
  onBody(octets: Uint8Array): void;
}

/**
 * Reads a message to its end, without holding more of it than the header section.
 * @throws AppError PAYLOAD_TOO_LARGE, VALIDATION_FAILED for a header section without end, and what the reader throws
 */
export async function readMessage(message: AsyncIterable<Uint8Array>, reader: MessageReader): Promise<void> {
  let header: Buffer[] | null = [];
  let headerOctets = 0;
  let octets = 0;
  let line: 'empty' | 'cr' | 'text' = 'empty';
  for await (const chunk of untilBrokenOff(message)) {
    octets += chunk.length;
    if (octets > MAX_MESSAGE_OCTETS) throw messageTooLarge();
    if (header === null) {
      reader.onBody(chunk);
      continue;
    }
    let at = 0;
    let isEnd = false;
    for (; at < chunk.length && !isEnd; at += 1) {
      const octet = chunk[at];
      if (octet === LF) {
        isEnd = line !== 'text';
        line = 'empty';
      } else line = octet === CR && line === 'empty' ? 'cr' : 'text';
    }
    headerOctets += at;
    if (headerOctets > MAX_HEADER_OCTETS)
      throw validationError(
        'body',
        'The message header is larger than 1 MB. An empty line must separate it from the body.',
      );
    header.push(Buffer.from(chunk.subarray(0, at)));
    if (!isEnd) continue;
    reader.onHeader(withoutLastLine(Buffer.concat(header)));
    header = null;
    if (at < chunk.length) reader.onBody(chunk.subarray(at));
  }
  // A message may be a header alone (RFC 5322 §3.5).
  if (header !== null) reader.onHeader(Buffer.concat(header));
}

/** The refusal of a message beyond 25 MB. */
export function messageTooLarge(): AppError {
  return new AppError('PAYLOAD_TOO_LARGE', 'The message is larger than 25 MB.');
}

/** What breaks off was not sent whole: no fault of ours. */
async function* untilBrokenOff(message: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* message;
  } catch (cause) {
    throw Object.assign(validationError('body', 'The message was cut off.'), { cause });
  }
}

function withoutLastLine(section: Buffer): Buffer {
  return section.subarray(0, section.length - (section.at(-2) === CR ? 2 : 1));
}
