/** Later than this, what came with the page is asked for anew. */
const FRESH_MS = 5_000;

let brought: Map<string, unknown> | null = null;

/**
 * Takes an answer that came along with the page (`http/dashboard/first-data.ts`), once; undefined where none did, or
 * where it has become old.
 * @param url the call's address
 */
export function takeBroughtAnswer(url: string): unknown {
  brought ??= readBlock();
  if (performance.now() > FRESH_MS) brought.clear();
  const answer = brought.get(url);
  brought.delete(url);
  return answer;
}

function readBlock(): Map<string, unknown> {
  const text = document.getElementById('first-data')?.textContent;
  return new Map(text ? Object.entries(JSON.parse(text)) : []);
}
