import { timingSafeEqual } from 'node:crypto';
import type { ProjectId, UserId } from '../core/ids.ts';
import type { TextSigner } from './signed-text.ts';

/** Whose emails end, and of which project; null for all of their projects. */
export interface Unsubscribing {
  readonly userId: UserId;
  readonly projectId: ProjectId | null;
}

const TOKEN = /^mail_([a-f\d]{24})([a-f\d]{24})([a-f\d]{32})$/;
/** 128 bits of the MAC: nobody guesses them, and the address stays short. */
const MAC_OCTETS = 16;
/** In the place of a project's id. */
const ALL = '0'.repeat(24);

/**
 * Creates the token of an email's link: nothing is stored for it, and it works for as long as the secret key is the same. It
 * lets nobody in and shows nothing but what the email showed.
 */
export function createUnsubscribeToken(signer: TextSigner, { userId, projectId }: Unsubscribing): string {
  const ids = `${userId}${projectId ?? ALL}`;
  const signed = signer.sign(`unsubscribe ${ids}`);
  const mac = Buffer.from(signed.slice(signed.lastIndexOf('.') + 1), 'base64');
  // Letters and digits only: what wraps or rewrites links leaves them as they are.
  return `mail_${ids}${mac.subarray(0, MAC_OCTETS).toString('hex')}`;
}

/** Opens a token; null for whatever this service didn't make. */
export function openUnsubscribeToken(signer: TextSigner, token: string): Unsubscribing | null {
  const [, userId, projectId] = TOKEN.exec(token) ?? [];
  if (userId === undefined || projectId === undefined) return null;
  const meant = { userId: userId as UserId, projectId: projectId === ALL ? null : (projectId as ProjectId) };
  const made = Buffer.from(createUnsubscribeToken(signer, meant));
  return timingSafeEqual(made, Buffer.from(token)) ? meant : null;
}
