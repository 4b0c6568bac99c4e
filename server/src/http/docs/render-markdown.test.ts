import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinkResolver, formatServedMarkdown } from './links.ts';
import { formatAnchor, listSections, renderMarkdown } from './render-markdown.ts';
import { buildSearchIndex, searchIndex } from './search-index.ts';
import { buildSourcePage } from './source-pages.ts';

const pages = [
  buildSourcePage('', 'docs/README.md', '# First'),
  buildSourcePage('webhooks', 'docs/webhooks.md', '# Webhooks'),
  buildSourcePage('guide/rotation', 'docs/guide/rotation.md', '# Rotation'),
  buildSourcePage('security-policy', 'SECURITY.md', '# Security'),
];
const resolve = createLinkResolver(pages);
const render = (markdown: string, file = 'docs/guide/page.md') =>
  renderMarkdown(buildSourcePage('guide/page', file, markdown), resolve).html;
const from = (file: string) => buildSourcePage('x', file, '');

for (const [file, href, address] of [
  ['docs/errors.md', 'webhooks.md', '/docs/webhooks'],
  ['docs/errors.md', 'webhooks.md#tries', '/docs/webhooks#tries'],
  ['docs/errors.md', 'guide/rotation.md', '/docs/guide/rotation'],
  ['docs/guide/page.md', '../webhooks.md', '/docs/webhooks'],
  ['docs/guide/page.md', '../README.md', '/docs'],
  ['docs/guide/page.md', '../images/share-light.png', '/docs/images/share-light.png'],
  ['docs/errors.md', '../SECURITY.md#reporting', '/docs/security-policy#reporting'],
  ['SECURITY.md', 'docs/webhooks.md', '/docs/webhooks'],
  ['docs/errors.md', '#here', '#here'],
  ['docs/errors.md', 'https://example.com/a', 'https://example.com/a'],
  ['docs/errors.md', '/openapi.json', '/openapi.json'],
  ['docs/errors.md', '../LICENSE', null],
  ['docs/errors.md', 'javascript:alert(1)', null],
  ['docs/errors.md', 'data:text/html,x', null],
] as const)
  test(`a link to ${href} in ${file} leads to ${address ?? 'nothing'}`, () => {
    assert.equal(resolve(from(file), href), address);
  });

test('as Markdown, links lead to the Markdown of other pages', () => {
  const page = buildSourcePage(
    'x',
    'SECURITY.md',
    'See [a](docs/webhooks.md#tries), [b](https://example.com/c), [d](#e).',
  );
  assert.equal(
    formatServedMarkdown(page, resolve),
    'See [a](/docs/webhooks.md#tries), [b](https://example.com/c), [d](#e).',
  );
});

test('HTML in a document is shown and not passed on, comments are left out', () => {
  assert.doesNotMatch(render('a <script>alert(1)</script> <img src=x onerror=y>\n\n<b>bold</b>\n'), /<script|<img|<b>/);
  assert.doesNotMatch(render('[a](javascript:alert(1)) ![b](https://example.com/b.png)'), /href|<img/);
  assert.doesNotMatch(render('<!-- a note -->\n\ntext'), /note/);
});

test('what is wide can be scrolled by keyboard', () => {
  assert.match(render('| a | b |\n| - | - |\n| 1 | 2 |\n'), /<div class="table" tabindex="0">/);
  assert.match(render('```json\n{}\n```'), /<pre tabindex="0">/);
});

test('anchors are those of GitHub, and a second one of a name has a number', () => {
  assert.equal(formatAnchor('What it says, and why'), 'what-it-says-and-why');
  assert.equal(formatAnchor('`DOMAIN_ALREADY_EXISTS`'), 'domain_already_exists');
  assert.match(render('# A\n\n## Same\n\n## Same\n'), /id="same".*id="same-1"/s);
});

test('a row about one code has that code as its anchor, once', () => {
  const html = render(
    '# Page\n\n| code | b |\n| - | - |\n| `domain.at_risk` | 2 |\n| `domain.at_risk` | 3 |\n| `a` or `b` | 4 |\n',
  );
  assert.equal(html.match(/<tr id="domain\.at_risk">/g)?.length, 1);
  assert.doesNotMatch(html, /id="a"/);
});

test('the search takes what has every word, and a title before a text', () => {
  const index = buildSearchIndex([
    {
      path: 'a',
      title: 'Errors',
      sections: listSections('# Errors\n\nA text about rotation of a key.\n\n## Rotation\n\nMore.\n'),
    },
  ]);
  const find = (query: string) => searchIndex(index, query, 10).map(({ url }) => url);
  assert.deepEqual(find('rotation'), ['/docs/a#rotation', '/docs/a']);
  assert.deepEqual(find('KEY rotation'), ['/docs/a']);
  assert.deepEqual(find('rotation nowhere'), []);
  assert.deepEqual(find('  '), []);
});
