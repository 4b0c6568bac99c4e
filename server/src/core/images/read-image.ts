/** The kinds of image that are taken: those that every browser shows and that hold no program. SVG may hold one. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp';

/** What an image says of itself. */
export interface ImageFacts {
  readonly type: ImageType;
  readonly width: number;
  readonly height: number;
}

const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** The segments of a JPEG that hold its size (ITU-T T.81 table B.1): SOF0 to SOF15, without DHT, JPG and DAC. */
const isFrameHeader = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * Reads what kind of image some octets are, by what they hold: the name of a file and the type that a browser gives it prove
 * nothing. An image has to be whole, from its first octet to its last, so that nothing else travels with it.
 * @returns null for whatever is no PNG, JPEG or WebP
 */
export function readImage(octets: Uint8Array): ImageFacts | null {
  return readPng(octets) ?? readJpeg(octets) ?? readWebp(octets);
}

/** PNG (W3C, §5): the signature, then chunks of length, type, data and checksum, from IHDR to IEND. */
function readPng(octets: Uint8Array): ImageFacts | null {
  if (!PNG_START.every((octet, at) => octets[at] === octet)) return null;
  const view = viewOf(octets);
  let size: { width: number; height: number } | null = null;
  let hasPixels = false;
  for (let at = PNG_START.length; at + 12 <= octets.length; ) {
    const length = view.getUint32(at);
    const type = readText(octets, at + 4, 4);
    if (at + 12 + length > octets.length) return null;
    if ((size === null) !== (type === 'IHDR')) return null;
    if (type === 'IHDR' && length === 13) size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (type === 'IDAT') hasPixels = true;
    at += 12 + length;
    if (type === 'IEND') return size && hasPixels && at === octets.length ? { type: 'image/png', ...size } : null;
  }
  return null;
}

/** JPEG (ITU-T T.81, annex B): segments from SOI on, one of them a frame header, then a scan, up to EOI. */
function readJpeg(octets: Uint8Array): ImageFacts | null {
  const view = viewOf(octets);
  const end = octets.length - 2;
  if (end < 4 || view.getUint16(0) !== 0xffd8 || view.getUint16(end) !== 0xffd9) return null;
  let size: { width: number; height: number } | null = null;
  for (let at = 2; at + 4 <= end; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker < 0xc0) return null;
    const length = view.getUint16(at + 2);
    if (length < 2 || at + 2 + length > end) return null;
    if (isFrameHeader(marker) && length >= 8) size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Behind the start of a scan come the pixels themselves.
    if (marker === 0xda) return size && { type: 'image/jpeg', ...size };
    at += 2 + length;
  }
  return null;
}

/** WebP (RFC 9649, §2): a RIFF container as long as it says, whose first chunk tells the size. */
function readWebp(octets: Uint8Array): ImageFacts | null {
  if (octets.length < 30 || readText(octets, 0, 4) !== 'RIFF' || readText(octets, 8, 4) !== 'WEBP') return null;
  const view = viewOf(octets);
  if (view.getUint32(4, true) + 8 !== octets.length) return null;
  const read24 = (at: number) => view.getUint16(at, true) + 0x1_00_00 * view.getUint8(at + 2);
  const type = 'image/webp';
  switch (readText(octets, 12, 4)) {
    case 'VP8X':
      return { type, width: read24(24) + 1, height: read24(27) + 1 };
    case 'VP8 ':
      // RFC 6386 §9.1: the start code of a key frame, then 14 bits each.
      if (view.getUint8(23) !== 0x9d || view.getUint16(24, true) !== 0x2a01) return null;
      return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case 'VP8L': {
      if (view.getUint8(20) !== 0x2f) return null;
      const bits = view.getUint32(21, true);
      return { type, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    default:
      return null;
  }
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}

function readText(octets: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...octets.subarray(at, at + length));
}
