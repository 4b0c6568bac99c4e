import { validationError } from '../errors.ts';
import { type ImageType, readImage } from './read-image.ts';

/** How large a logo may be, in octets. */
export const MAX_LOGO_OCTETS = 64 * 1024;
/** An image of few octets may unpack to gigabytes in the browser of whoever opens the page. */
const MAX_SIDE = 2_048;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** An image that may be shown as a logo. */
export interface Logo {
  readonly type: ImageType;
  readonly image: Uint8Array;
}

/**
 * Reads a logo that somebody uploaded.
 * @param base64 the image, in base64 (RFC 4648 §4)
 * @throws AppError VALIDATION_FAILED that says what is wrong with it
 */
export function parseLogo(base64: string): Logo {
  if (!BASE64.test(base64)) throw validationError('image', 'image must be in base64.');
  const image = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (image.length > MAX_LOGO_OCTETS)
    throw validationError(
      'image',
      `The image has ${Math.ceil(image.length / 1024)} KB. A logo can have at most 64 KB.`,
    );
  const facts = readImage(image);
  if (!facts) throw validationError('image', "This isn't a complete PNG, JPEG or WebP image.");
  const { type, width, height } = facts;
  if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_SIDE)
    throw validationError(
      'image',
      `The image is ${width} × ${height} pixels. A logo can be at most ${MAX_SIDE} × ${MAX_SIDE}.`,
    );
  return { type, image };
}
