import { addressOf } from './links.ts';
import type { Section } from './render-markdown.ts';

/** One place that can be found. */
interface Entry {
  readonly url: string;
  readonly title: string;
  readonly page: string;
  readonly text: string;
  /** What is searched, in lower case. */
  readonly lower: { readonly title: string; readonly page: string; readonly text: string };
}

/** One place that was found. */
export interface Found {
  readonly url: string;
  readonly title: string;
  readonly page: string;
  /** The text around the first word that was found. */
  readonly excerpt: string;
}

/** Every part of every page, in memory: some hundred kilobytes, which are gone through in a millisecond. */
export type SearchIndex = readonly Entry[];

const MAX_WORDS = 8;
const EXCERPT_CHARS = 140;

/** Builds the index of all pages. */
export function buildSearchIndex(
  pages: readonly { readonly path: string; readonly title: string; readonly sections: readonly Section[] }[],
): SearchIndex {
  return pages.flatMap(({ path, title: page, sections }) =>
    sections.map(({ anchor, title, depth, text }) => {
      const flat = text.replaceAll(/\s+/g, ' ').trim();
      return {
        url: depth === 1 ? addressOf(path) : `${addressOf(path)}#${anchor}`,
        title,
        page,
        text: flat,
        lower: { title: title.toLowerCase(), page: page.toLowerCase(), text: flat.toLowerCase() },
      };
    }),
  );
}

/** Finds the places that have every word of a query, the likeliest first. */
export function searchIndex(index: SearchIndex, query: string, limit: number): Found[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS);
  if (words.length === 0) return [];
  return index
    .map((entry) => ({ entry, score: scoreEntry(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ entry: { url, title, page, text, lower } }) => {
      const at = Math.max(0, lower.text.indexOf(words[0] ?? ''));
      const from = at < EXCERPT_CHARS / 2 ? 0 : text.lastIndexOf(' ', at - EXCERPT_CHARS / 3) + 1;
      const excerpt = text.slice(from, from + EXCERPT_CHARS);
      return {
        url,
        title,
        page,
        excerpt: `${from > 0 ? '… ' : ''}${excerpt}${from + EXCERPT_CHARS < text.length ? ' …' : ''}`,
      };
    });
}

function scoreEntry({ lower }: Entry, words: readonly string[]): number {
  let score = lower.title === words.join(' ') ? 100 : 0;
  for (const word of words) {
    const points = scoreWord(lower, word);
    if (points === 0) return 0;
    score += points;
  }
  return score;
}

function scoreWord({ title, page, text }: Entry['lower'], word: string): number {
  if (title.split(/[\s./_]+/).includes(word)) return 30;
  if (title.includes(word)) return 20;
  if (page.includes(word)) return 8;
  return text.includes(word) ? 3 : 0;
}
