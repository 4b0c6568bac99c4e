import { hash, verify } from '@node-rs/argon2';

/** argon2id with the figures of OWASP's "Password Storage Cheat Sheet": 19 MiB, 2 passes, 1 lane. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes a password with argon2id (RFC 9106), off the main thread: a PHC string with its own salt and figures. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalize(password), ARGON2ID);
}

/** Whether a password is the one that was hashed; false also for a hash that cannot be read. */
export async function verifyPassword(hashed: string, password: string): Promise<boolean> {
  return verify(hashed, normalize(password)).catch(() => false);
}

// The same letters can be typed in two ways on two machines (NIST SP 800-63B §3.1.1.2).
function normalize(password: string): string {
  return password.normalize('NFKC');
}
