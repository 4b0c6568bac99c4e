import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { buildOpenApi } from '../../../docs/openapi.ts';
import { createLibrary, type Library } from '../../../src/http/docs/library.ts';
import type { OpenApiDocument } from '../../../src/http/docs/openapi-shape.ts';

const ROOT = new URL('../../../../', import.meta.url);
let library: Library;
/** Every anchor of every page, by its address. */
let anchors: Map<string, Set<string>>;
before(async () => {
  library = createLibrary((await buildOpenApi()) as OpenApiDocument);
  const htmlOf = (path: string) => library.formatPage(path) ?? '';
  anchors = new Map(
    library.pages.map(({ path }) => [
      path === '' ? '/docs' : `/docs/${path}`,
      new Set([...htmlOf(path).matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id)),
    ]),
  );
});

/** Served by other routes. */
const ELSEWHERE = ['/', '/openapi.json', '/llms.txt'];

test('every link of every page leads to a page that is there, and every anchor to a place on it', () => {
  const dead = library.pages.flatMap(({ path }) => {
    const html = library.formatPage(path) ?? '';
    const own = path === '' ? '/docs' : `/docs/${path}`;
    return [...html.matchAll(/ (?:href|src)="([^"]+)"/g)]
      .map(([, href = '']) => href)
      .filter((href) => {
        if (/^(?:https?:|mailto:)/.test(href) || ELSEWHERE.includes(href)) return false;
        if (/^\/docs\/(?:assets|images)\//.test(href))
          return href.includes('/images/') && !existsSync(new URL(`docs/images/${href.split('/').at(-1)}`, ROOT));
        const [address = '', hash] = href
          .replace(/^\/docs\/index\.md$/, '/docs')
          .replace(/\.md(?=#|$)/, '')
          .split('#', 2);
        const place = anchors.get(address === '' ? own : address);
        return place === undefined || (hash !== undefined && !place.has(hash));
      })
      .map((href) => `${path}: ${href}`);
  });
  assert.deepEqual(dead, []);
});

test('every link between documents leads to a page, not to text', () => {
  const dead = library.pages.flatMap((page) =>
    [...page.markdown.matchAll(/(?<!`[^`\n]*)\]\(([^()\s]+)\)/g)]
      .map(([, href = '']) => href)
      .filter((href) => library.resolve(page, href) === null && !/(?:^|\/)LICENSE$/.test(href))
      .map((href) => `${page.file}: ${href}`),
  );
  assert.deepEqual(dead, []);
});

test('every link of README leads to a file and a heading that are there', () => {
  const readme = readFileSync(new URL('README.md', ROOT), 'utf8');
  for (const [, href = ''] of readme.matchAll(/\]\(([^()\s]+)\)/g)) {
    if (/^https?:/.test(href)) continue;
    const [file = '', hash] = href.split('#', 2);
    assert.ok(existsSync(new URL(file, ROOT)), href);
    if (hash === undefined) continue;
    const page = library.pages.find((one) => one.file === file);
    assert.ok(page && anchors.get(`/docs/${page.path}`)?.has(hash), href);
  }
});

test('every page of the menu is there', () => {
  const overview = library.formatOverview('https://example.com');
  for (const { path } of library.pages.filter((page) => !page.path.startsWith('decisions/') && page.path !== ''))
    assert.ok(overview.includes(`/docs/${path}.md`), path);
});
