/**
 * Finds the known name that a mistyped one was meant to be: the same but for case and separators, one that holds it or that
 * it holds (`region` and `regionKey`), or the one that the fewest edits lead to (at most a third of its length).
 * @returns null where none is close
 */
export function findNearestName(typed: string, known: readonly string[]): string | null {
  const bare = simplify(typed);
  if (bare.length < 2 || typed.length > MAX_LENGTH) return null;
  const near = known
    .map((name) => ({ name, distance: measureDistance(bare, simplify(name)) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(Math.min(bare.length, simplify(name).length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.name ?? known.find((name) => isPart(bare, simplify(name))) ?? null;
}

const MAX_LENGTH = 60;

function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, '');
}

function isPart(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a));
}

/** Counts inserted, deleted, replaced and swapped characters (optimal string alignment). */
function measureDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(isSwap ? Math.min(best, (before[j - 2] ?? 0) + 1) : best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
