import { posix } from 'node:path';
import type { SourcePage } from './source-pages.ts';

/** Where a link of a document leads once it is served; null where that is nothing we serve. */
export type ResolveLink = (from: SourcePage, href: string) => string | null;

/**
 * Makes what turns links between files into links between pages, so that the same document works in a repository and at
 * `/docs`: `webhooks.md#tries` is `/docs/webhooks#tries`, `../SECURITY.md` is `/docs/security-policy`. Links to elsewhere and
 * to addresses of the service stay as they are.
 */
export function createLinkResolver(pages: readonly SourcePage[]): ResolveLink {
  const pathOf = new Map(pages.map(({ file, path }) => [file, path]));
  return (from, href) => {
    if (/^(?:https?:|mailto:|\/|#)/i.test(href)) return href;
    // Only those lead away; anything else with a scheme could do things.
    if (/^[a-z][a-z\d+.-]*:/i.test(href)) return null;
    const [file = '', hash] = href.split('#', 2);
    const target = posix.normalize(posix.join(posix.dirname(from.file), file));
    const anchor = hash === undefined ? '' : `#${hash}`;
    if (target.endsWith('/')) return resolvePath(pathOf.get(`${target}README.md`), anchor);
    if (target.startsWith('docs/images/')) return `/${target}`;
    return resolvePath(pathOf.get(target), anchor);
  };
}

function resolvePath(path: string | undefined, anchor: string): string | null {
  return path === undefined ? null : `${addressOf(path)}${anchor}`;
}

/** The address of a page. */
export function addressOf(path: string): string {
  return path === '' ? '/docs' : `/docs/${path}`;
}

/** The address of a page as Markdown. */
export function markdownAddressOf(path: string): string {
  return `/docs/${path === '' ? 'index' : path}.md`;
}

/** The Markdown of a page as it is served: its links lead to the Markdown of other pages. */
export function formatServedMarkdown(page: SourcePage, resolve: ResolveLink): string {
  return page.markdown.replaceAll(/\]\(([^()\s]+)\)/g, (whole, href: string) => {
    const address = resolve(page, href);
    if (address === null || !address.startsWith('/docs') || href.startsWith('/')) return whole;
    const [path = '', hash] = address.slice('/docs'.length).split('#', 2);
    const target = path.startsWith('/images/') ? `/docs${path}` : markdownAddressOf(path.slice(1));
    return `](${target}${hash === undefined ? '' : `#${hash}`})`;
  });
}
