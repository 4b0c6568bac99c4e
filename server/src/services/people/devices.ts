import type { UserId } from '../../core/ids.ts';
import type { Context } from '../context.ts';
import type { Visitor } from '../ports.ts';
import { formatCookie, readCookie } from './cookies.ts';

/*
 * Browsers that have signed in before. Each carries a signed cookie (OWASP, "Slow Down Online Guessing Attacks with
 * Device Cookies") that lets nobody in: it only says that wrong passwords from it are counted apart from those of
 * strangers.
 */

type DeviceContext = Pick<Context, 'signer' | 'publicUrl'>;

const DEVICE_SECONDS = 180 * 86_400;
/** Accounts that one browser is known for. */
const MAX_ACCOUNTS = 5;

/** The device of this account in this browser; null where it has never signed in to it. */
export function readDevice(ctx: DeviceContext, visitor: Visitor, userId: UserId): string | null {
  return list(ctx, visitor).find((device) => device.startsWith(`${userId}-`)) ?? null;
}

/** Formats the cookie that makes a browser known for this account, beside those that it is known for. */
export function formatDevice(
  ctx: DeviceContext & Pick<Context, 'randomBytes'>,
  visitor: Visitor,
  userId: UserId,
): string {
  const known = readDevice(ctx, visitor, userId) ?? `${userId}-${ctx.randomBytes(12).toString('hex')}`;
  const others = list(ctx, visitor).filter((device) => device !== known);
  return formatCookie(ctx, 'device', `device:${[known, ...others].slice(0, MAX_ACCOUNTS).join(',')}`, DEVICE_SECONDS);
}

function list(ctx: DeviceContext, visitor: Visitor): string[] {
  const [kind, devices] = readCookie(ctx, visitor, 'device')?.split(':') ?? [];
  return kind === 'device' && devices !== undefined ? devices.split(',') : [];
}
