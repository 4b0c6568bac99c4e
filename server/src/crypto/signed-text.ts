import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs short texts for cookies, and opens what it signed. */
export interface TextSigner {
  /** The text, a full stop, and its HMAC-SHA-256 in base64. */
  sign(text: string): string;
  /** The text that was signed; null for anything that this signer did not make. */
  open(signed: string): string | null;
}

/** Creates a signer. Texts for different purposes begin differently, so that one is never taken for another. */
export function createTextSigner(secret: string): TextSigner {
  const macOf = (text: string) => createHmac('sha256', secret).update(text).digest();
  return {
    sign: (text) => `${text}.${macOf(text).toString('base64')}`,
    open(signed) {
      const end = signed.lastIndexOf('.');
      const text = signed.slice(0, Math.max(0, end));
      const given = Buffer.from(signed.slice(end + 1), 'base64');
      const mac = macOf(text);
      // Buffer.from skips what is not base64: only the one way to write it counts.
      const isWritten = given.toString('base64') === signed.slice(end + 1);
      return end > 0 && isWritten && given.length === mac.length && timingSafeEqual(given, mac) ? text : null;
    },
  };
}
