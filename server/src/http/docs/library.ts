import { setImmediate } from 'node:timers/promises';
import { escapeHtml } from '../../core/escape-html.ts';
import { addressOf, createLinkResolver, formatServedMarkdown, markdownAddressOf, type ResolveLink } from './links.ts';
import type { OpenApiDocument } from './openapi-shape.ts';
import { buildPage, type Menu } from './page-frame.ts';
import { buildReferencePages, formatCallList } from './reference-pages.ts';
import { listSections, type RenderedPage, renderMarkdown } from './render-markdown.ts';
import { buildSearchIndex, type Found, type SearchIndex, searchIndex } from './search-index.ts';
import { readSourcePages, SECTIONS, type SourcePage } from './source-pages.ts';

/** All pages of the documentation: read and rendered when they are first asked for. */
export interface Library {
  readonly pages: readonly SourcePage[];
  readonly resolve: ResolveLink;
  /** The HTML of a page; null where there is none. */
  formatPage(path: string): string | null;
  /** The Markdown of a page; null where there is none. */
  formatMarkdown(path: string): string | null;
  /** What is there for programs that read: every page with one line about it. */
  formatOverview(publicUrl: string): string;
  search(query: string): Promise<Found[]>;
  /** What was found, as a page. */
  formatSearch(query: string): Promise<string>;
  /** What stands where a page was looked for that isn't there. */
  formatMissing(): string;
}

const MAX_RESULTS = 12;
const MAX_QUERY_CHARS = 100;

/** Reads the documents, and makes the reference from the OpenAPI document. */
export function createLibrary(document: OpenApiDocument): Library {
  const read = readSourcePages();
  /** What stands below the text of a page, made from what is there. */
  const lists: Readonly<Record<string, string>> = {
    reference: formatCallList(document),
    decisions: formatDecisionList(read),
  };
  const pages = [
    ...read.map((page) => ({ ...page, markdown: [page.markdown, lists[page.path] ?? ''].join('\n') })),
    ...buildReferencePages(document),
  ];
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const resolve = createLinkResolver(pages);
  const menu = buildMenu(pages);
  const rendered = new Map<string, RenderedPage>();
  const render = (page: SourcePage): RenderedPage => {
    const known = rendered.get(page.path) ?? renderMarkdown(page, resolve);
    rendered.set(page.path, known);
    return known;
  };
  let index: Promise<SearchIndex> | undefined;
  const search = async (query: string) => {
    index ??= indexPages(pages);
    return searchIndex(await index, query.slice(0, MAX_QUERY_CHARS), MAX_RESULTS);
  };
  return {
    pages,
    resolve,
    formatPage(path) {
      const page = byPath.get(path);
      if (!page) return null;
      return buildPage(menu, { path, title: page.title, description: describePage(page), ...render(page) });
    },
    formatMarkdown(path) {
      const page = byPath.get(path);
      return page ? formatServedMarkdown(page, resolve) : null;
    },
    formatOverview: (publicUrl) => formatOverview(menu, byPath, publicUrl),
    search,
    async formatSearch(query) {
      const results = (await search(query)).map(
        ({ url, title, page, excerpt }) =>
          `<h2><a href="${escapeHtml(url)}">${escapeHtml(title)}</a></h2>\n<p>${escapeHtml(`${page}: ${excerpt}`)}</p>\n`,
      );
      const asked = query.trim().slice(0, MAX_QUERY_CHARS);
      const none =
        asked === '' ? '<p>Type a word, an error code or a finding.</p>' : '<p>No results. Try fewer words.</p>';
      const html = `<h1>Search</h1>\n${results.length > 0 ? results.join('') : none}\n`;
      return buildPage(menu, { path: null, title: 'Search', description: 'Search', html, sections: [], query: asked });
    },
    formatMissing() {
      const html = `<h1>There is no such page</h1>\n<p>It may have moved. Search above, or go to the <a href="/docs">start page</a>.</p>\n`;
      return buildPage(menu, { path: null, title: 'Not found', description: 'Not found', html, sections: [] });
    },
  };
}

/** Page by page: other requests are served between them. */
async function indexPages(pages: readonly SourcePage[]): Promise<SearchIndex> {
  const parts: SearchIndex[] = [];
  for (const page of pages) {
    parts.push(buildSearchIndex([{ ...page, sections: listSections(page.markdown) }]));
    await setImmediate();
  }
  return parts.flat();
}

function buildMenu(pages: readonly SourcePage[]): Menu[] {
  return SECTIONS.map(({ title, pages: paths }) => ({
    title,
    pages: paths.flatMap((path) => {
      const below = path === 'reference' ? pages.filter((page) => page.path.startsWith('reference/')) : [];
      return [...pages.filter((page) => page.path === path), ...below];
    }),
  }));
}

function formatDecisionList(pages: readonly SourcePage[]): string {
  return pages
    .filter(({ path }) => path.startsWith('decisions/'))
    .map(({ title, path }) => `- [${title}](${path.slice('decisions/'.length)}.md)\n`)
    .join('');
}

/** Its first paragraph, without markup. */
function describePage({ markdown }: SourcePage): string {
  const paragraph = markdown
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .find((block) => block !== '' && !/^(?:#|```|\||<|- |\d+\. )/.test(block));
  const plain = (paragraph ?? '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]|(?<=\s)_|_(?=\s)/g, '');
  const [first = ''] = /^.*?[.?](?=\s|$)/s.exec(plain) ?? [plain];
  return first.replaceAll(/\s+/g, ' ').slice(0, 200);
}

/** As https://llmstxt.org/ has it. */
function formatOverview(menu: readonly Menu[], byPath: ReadonlyMap<string, SourcePage>, publicUrl: string): string {
  const first = byPath.get('');
  const parts = menu.map(({ title, pages }) => {
    const lines = pages.map(({ path, title: name }) => {
      const page = byPath.get(path);
      const about = page ? describePage(page) : '';
      return `- [${name}](${publicUrl}${markdownAddressOf(path)})${about === '' ? '' : `: ${about}`}`;
    });
    return `## ${title}\n\n${lines.join('\n')}\n`;
  });
  const about = first ? `> ${describePage(first)}\n\n` : '';
  return `# AutoSend Domains\n\n${about}The API in one file: [openapi.json](${publicUrl}/openapi.json). For people: ${publicUrl}${addressOf('')}\n\n${parts.join('\n')}`;
}
