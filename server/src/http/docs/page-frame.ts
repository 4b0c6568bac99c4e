import { escapeHtml } from '../../core/escape-html.ts';
import { addressOf, markdownAddressOf } from './links.ts';
import type { Section } from './render-markdown.ts';

/** What the menu shows. */
export interface Menu {
  readonly title: string;
  readonly pages: readonly { readonly path: string; readonly title: string }[];
}

/** What a page is made of. */
export interface Framed {
  /** Null where it has no address of its own, such as what was searched for. */
  readonly path: string | null;
  readonly title: string;
  readonly description: string;
  readonly html: string;
  readonly sections: readonly Section[];
  /** What is in the search field. */
  readonly query?: string;
}

/** Builds the whole page around its text: no script or style inline, so that the strict policy holds. */
export function buildPage(menu: readonly Menu[], page: Framed): string {
  const { path } = page;
  const title = path === '' ? 'AutoSend Domains documentation' : `${page.title} · AutoSend Domains`;
  const markdown = path === null ? null : markdownAddressOf(path);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="description" content="${escapeHtml(page.description)}">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="/docs/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/assets/docs.css">
${markdown === null ? '' : `<link rel="alternate" href="${markdown}" type="text/markdown">\n`}<script src="/docs/assets/docs.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<a class="brand" href="/docs"><img src="/docs/assets/icon.svg" alt="" width="20" height="20">AutoSend Domains</a>
<form class="search" action="/docs/search" role="search">
<input type="search" name="q" value="${escapeHtml(page.query ?? '')}" placeholder="Search" aria-label="Search the documentation" aria-keyshortcuts="/" autocomplete="off" spellcheck="false" maxlength="100">
<div class="results" id="results" role="listbox" aria-label="Results" hidden></div>
</form>
<a class="to-menu" href="#menu">Menu</a>
<a class="to-dashboard" href="/">Dashboard</a>
<button type="button" class="theme" hidden>Theme</button>
</header>
<div class="columns">
<main id="content" tabindex="-1">
<article>
${page.html}</article>
${path === null ? '' : formatNeighbors(menu, path)}
</main>
<nav id="menu" class="menu" aria-label="Documentation">
${menu.map((section) => formatMenu(section, path)).join('')}</nav>
${formatContents(page.sections)}</div>
<footer>${markdown === null ? '' : `<a href="${markdown}">This page as Markdown</a> · `}<a href="/llms.txt">llms.txt</a> · <a href="/openapi.json">OpenAPI</a></footer>
</body>
</html>
`;
}

function formatMenu({ title, pages }: Menu, current: string | null): string {
  const items = pages.map(({ path, title: name }) => {
    const mark = path === current ? ' aria-current="page"' : '';
    return `<li><a href="${addressOf(path)}"${mark}>${escapeHtml(name)}</a></li>`;
  });
  return `<p class="menu-title">${escapeHtml(title)}</p>\n<ul>${items.join('')}</ul>\n`;
}

function formatContents(sections: readonly Section[]): string {
  const parts = sections.filter(({ depth }) => depth === 2);
  if (parts.length < 2) return '';
  const items = parts.map(({ anchor, title }) => `<li><a href="#${anchor}">${escapeHtml(title)}</a></li>`);
  return `<nav class="contents" aria-label="On this page">\n<p class="menu-title">On this page</p>\n<ul>${items.join('')}</ul>\n</nav>\n`;
}

/** The pages before and after, within the part of the menu that a page belongs to. */
function formatNeighbors(menu: readonly Menu[], path: string): string {
  const pages = menu.find((section) => section.pages.some((page) => page.path === path))?.pages ?? [];
  const at = pages.findIndex((page) => page.path === path);
  const links = [
    [pages[at - 1], 'Back', 'prev'],
    [pages[at + 1], 'Next', 'next'],
  ] as const;
  const html = links.flatMap(([page, word, rel]) =>
    page === undefined || at === -1
      ? []
      : [`<a rel="${rel}" href="${addressOf(page.path)}"><span>${word}</span> ${escapeHtml(page.title)}</a>`],
  );
  return html.length === 0 ? '' : `<nav class="neighbors" aria-label="Nearby pages">${html.join('')}</nav>`;
}
