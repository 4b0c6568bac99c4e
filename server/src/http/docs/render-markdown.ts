import { Marked, type Token, type Tokens } from 'marked';
import { escapeHtml } from '../../core/escape-html.ts';
import type { ResolveLink } from './links.ts';
import type { SourcePage } from './source-pages.ts';

/** A part of a page that a link can lead to: a heading, or the row of a table about one code. */
export interface Section {
  readonly anchor: string;
  readonly title: string;
  readonly depth: number;
  /** What stands there, without markup. */
  readonly text: string;
}

/** A page as HTML. */
export interface RenderedPage {
  readonly html: string;
  readonly sections: readonly Section[];
}

/** The anchor of a heading, as GitHub makes it: a link works there and here. */
export function formatAnchor(text: string): string {
  return text
    .toLowerCase()
    .trim()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/**
 * Renders a document. HTML in it is shown and never passed on; a link to what we don't serve is its text. A row of a table whose
 * first code is a name, such as `domain.at_risk`, has that name as its anchor.
 */
export function renderMarkdown(page: SourcePage, resolve: ResolveLink): RenderedPage {
  const marked = new Marked({ gfm: true });
  const tokens = marked.lexer(page.markdown);
  const sections = findSections(tokens);
  const anchors = sections.filter(({ depth }) => depth <= 6).map(({ anchor }) => anchor);
  const rowAnchors = new Map(sections.filter(({ depth }) => depth > 6).map(({ title, anchor }) => [title, anchor]));
  let heading = 0;
  marked.use({
    renderer: {
      html: ({ text }) => (/^\s*<!--[\s\S]*-->\s*$/.test(text) ? '' : escapeHtml(text)),
      heading({ tokens: inside, depth }) {
        const anchor = anchors[heading] ?? '';
        heading += 1;
        const text = this.parser.parseInline(inside);
        const link = `<a class="anchor" href="#${anchor}" tabindex="-1" aria-hidden="true">#</a>`;
        return `<h${depth} id="${anchor}">${text}${depth > 1 ? link : ''}</h${depth}>\n`;
      },
      link({ href, title, tokens: inside }) {
        const text = this.parser.parseInline(inside);
        const address = resolve(page, href);
        if (address === null) return text;
        const rel = /^https?:/i.test(address) ? ' rel="noreferrer"' : '';
        return `<a href="${escapeHtml(address)}"${title ? ` title="${escapeHtml(title)}"` : ''}${rel}>${text}</a>`;
      },
      image({ href, text }) {
        const address = resolve(page, href);
        return address?.startsWith('/')
          ? `<img src="${escapeHtml(address)}" alt="${escapeHtml(text)}">`
          : escapeHtml(text);
      },
      code({ text, lang }) {
        const language = /^\w+/.exec(lang ?? '')?.[0];
        const label = language === undefined ? '' : `<figcaption>${LANGUAGES[language] ?? language}</figcaption>`;
        return `<figure class="code">${label}<pre tabindex="0"><code>${escapeHtml(text)}</code></pre></figure>\n`;
      },
      table({ header, rows }) {
        const formatCell = (cell: Tokens.TableCell, name: string) =>
          `<${name}>${this.parser.parseInline(cell.tokens)}</${name}>`;
        // What has no name heads nothing.
        const head = header.map((cell) => formatCell(cell, cell.text === '' ? 'td' : 'th')).join('');
        const body = rows.map((row) => {
          const anchor = rowAnchors.get(readRowName(row) ?? '');
          if (anchor !== undefined) rowAnchors.delete(readRowName(row) ?? '');
          const id = anchor === undefined ? '' : ` id="${escapeHtml(anchor)}"`;
          return `<tr${id}>${row.map((cell) => formatCell(cell, 'td')).join('')}</tr>`;
        });
        return `<div class="table" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>\n`;
      },
    },
  });
  return { html: marked.parser(tokens), sections };
}

/** What a block of code is called. */
const LANGUAGES: Readonly<Record<string, string>> = {
  bash: 'curl',
  ts: 'TypeScript',
  js: 'JavaScript',
  json: 'JSON',
  python: 'Python',
  text: 'Text',
};

/** What a table's row is about, where its first cell is nothing but one name in code. */
function readRowName([first]: readonly Tokens.TableCell[]): string | undefined {
  return /^`([a-zA-Z][\w.:-]*)`$/.exec(first?.text.trim() ?? '')?.[1];
}

/** Lists the parts of a document, without rendering it. */
export function listSections(markdown: string): Section[] {
  return findSections(new Marked({ gfm: true }).lexer(markdown));
}

function findSections(tokens: readonly Token[]): Section[] {
  const sections: { anchor: string; title: string; depth: number; text: string }[] = [];
  const used = new Map<string, number>();
  const takeAnchor = (wanted: string) => {
    const times = used.get(wanted) ?? 0;
    used.set(wanted, times + 1);
    return times === 0 ? wanted : `${wanted}-${times}`;
  };
  let current: (typeof sections)[number] | undefined;
  for (const token of tokens) {
    if (token.type === 'heading') {
      const title = formatPlain((token as Tokens.Heading).tokens);
      current = { anchor: takeAnchor(formatAnchor(title)), title, depth: token.depth as number, text: '' };
      sections.push(current);
      continue;
    }
    if (token.type !== 'table') {
      if (current) current.text += ` ${formatPlain([token])}`;
      continue;
    }
    for (const row of (token as Tokens.Table).rows) {
      const text = row.map((cell) => formatPlain(cell.tokens)).join(' ');
      const name = readRowName(row);
      if (name === undefined || used.has(name)) {
        if (current) current.text += ` ${text}`;
      } else sections.push({ anchor: takeAnchor(name), title: name, depth: ROW, text });
    }
  }
  return sections;
}

/** Deeper than any heading. */
const ROW = 7;

/** The text of tokens, without markup. */
function formatPlain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'html') return '';
      if (token.type === 'list')
        return (token as Tokens.List).items.map(({ tokens: item }) => formatPlain(item)).join(' ');
      if (token.type === 'table')
        return (token as Tokens.Table).rows
          .flat()
          .map((cell) => formatPlain(cell.tokens))
          .join(' ');
      if ('tokens' in token && token.tokens) return formatPlain(token.tokens);
      return 'text' in token && typeof token.text === 'string' ? token.text : ' ';
    })
    .join('');
}
