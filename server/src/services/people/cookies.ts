import type { Context } from '../context.ts';
import type { Visitor } from '../ports.ts';

/** What is kept in a browser: a session, that this browser has signed in before, a sign-in that is half done, an identity to be joined. */
export type CookieName = 'session_token' | 'device' | 'pending' | 'join';

type CookieContext = Pick<Context, 'signer' | 'publicUrl'>;

/** Where `publicUrl` is https, no other host and no page without TLS can set them (RFC 6265bis §4.1.3.2). */
function nameOf({ publicUrl }: Pick<Context, 'publicUrl'>, name: CookieName): string {
  return `${publicUrl.startsWith('https:') ? '__Host-' : ''}autosend.${name}`;
}

/** Formats a Set-Cookie that holds `text`, signed, for so many seconds. */
export function formatCookie(ctx: CookieContext, name: CookieName, text: string, seconds: number): string {
  return write(ctx, name, encodeURIComponent(ctx.signer.sign(text)), seconds);
}

/** Formats a Set-Cookie that takes a cookie away. */
export function formatEndedCookie(ctx: CookieContext, name: CookieName): string {
  return write(ctx, name, '', 0);
}

/** Reads a cookie; null where there is none that we signed. */
export function readCookie(ctx: CookieContext, visitor: Visitor, name: CookieName): string | null {
  const wanted = nameOf(ctx, name);
  const given = listValues(visitor, wanted);
  // What the version before set under https; its sessions go on. Another host of the domain can set it, too, so it counts only
  // where nothing better is there.
  const values =
    given.length === 0 && wanted.startsWith('__Host-') ? listValues(visitor, `__Secure-autosend.${name}`) : given;
  for (const value of values) {
    const text = ctx.signer.open(decode(value));
    if (text !== null) return text;
  }
  return null;
}

function listValues({ cookie }: Visitor, name: string): string[] {
  const pairs = cookie?.split(';').map((pair) => pair.trim().split('=', 2)) ?? [];
  return pairs.flatMap(([key, value = '']) => (key === name ? [value] : []));
}

function write(ctx: CookieContext, name: CookieName, value: string, seconds: number): string {
  const secure = ctx.publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${nameOf(ctx, name)}=${value}; Max-Age=${seconds}; Path=/; HttpOnly${secure}; SameSite=Lax`;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A percent sign that leads nowhere: nobody's cookie.
    return '';
  }
}
