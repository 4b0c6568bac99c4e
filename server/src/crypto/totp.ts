import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What all authenticator apps take: SHA-1, 6 digits, 30 seconds (RFC 6238 §5.2, "Key Uri Format"). */
const STEP_SECONDS = 30;
const DIGITS = 6;
const SECRET_OCTETS = 20;
/** How many steps a clock may be off, each way (RFC 6238 §5.2). */
const DRIFT_STEPS = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Makes the secret of an authenticator app: 160 random bits (RFC 4226 §4). */
export function createTotpSecret(): Buffer {
  return randomBytes(SECRET_OCTETS);
}

/** Computes the code of a time step (RFC 4226 §5.3). */
export function computeTotpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * Finds the time step that a code belongs to, a step before and after now included; null where it is of none.
 * Whoever accepts it must not accept that step or an earlier one again (RFC 6238 §5.2).
 */
export function findTotpStep(secret: Uint8Array, code: string, now: Date): number | null {
  const present = toTotpStep(now);
  const given = Buffer.from(code);
  let found: number | null = null;
  // All of them are compared: the time tells nothing.
  for (let step = present - DRIFT_STEPS; step <= present + DRIFT_STEPS; step += 1) {
    const right = Buffer.from(computeTotpCode(secret, step));
    if (given.length === right.length && timingSafeEqual(given, right)) found = step;
  }
  return found;
}

/** The time step of a moment. */
export function toTotpStep(now: Date): number {
  return Math.floor(now.getTime() / 1000 / STEP_SECONDS);
}

/** Writes a secret as apps take it: base32 without padding (RFC 4648 §6). */
export function formatTotpSecret(secret: Uint8Array): string {
  let [bits, held, text] = [0, 0, ''];
  for (const octet of secret) {
    held = (held << 8) | octet;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32.charAt((held >> (bits - 5)) & 31);
    held &= 255;
  }
  return bits > 0 ? text + BASE32.charAt((held << (5 - bits)) & 31) : text;
}

/** The address that a QR code holds for an app ("Key Uri Format"). */
export function formatTotpUri(secret: Uint8Array, account: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = new URLSearchParams({
    secret: formatTotpSecret(secret),
    issuer,
    digits: String(DIGITS),
    period: String(STEP_SECONDS),
  });
  return `otpauth://totp/${label}?${String(query).replaceAll('+', '%20')}`;
}
