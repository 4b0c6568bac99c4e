/**
 * Finds what a valid name probably stands for: people paste the address of their web site, and send from the name below it.
 *
 *     www.example.com   →  example.com
 *
 * @returns null where it does not begin with `www.`, or nothing but a top-level domain would be left
 */
export function findBareName(name: string): string | null {
  return /^www\.((?:[^.]+\.)+[^.]+)$/.exec(name)?.[1] ?? null;
}
