import { escapeHtml } from '../escape-html.ts';

/** A part of an email's body. Names and values in a text stand between backticks, as in findings. */
export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'link'; readonly label: string; readonly url: string }
  /** Something of a list, with what is said of it on lines of their own. */
  | { readonly kind: 'item'; readonly text: string; readonly lines: readonly string[]; readonly url?: string }
  /** Texts to copy, each with what it is. */
  | { readonly kind: 'values'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'footer'; readonly blocks: readonly Block[] };

/** Control characters, and those that are invisible or turn the direction of the text around: they come from nobody in good faith. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Makes a text from outside one line that is what it looks like. @param max in characters; the rest is cut off */
export function cleanLine(text: string, max: number): string {
  const shown = [
    ...text
      .slice(0, 4 * max)
      .replace(UNSAFE, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  ];
  return shown.length > max ? `${shown.slice(0, max - 1).join('')}…` : shown.join('');
}

/** Formats an email's body as plain text. */
export function formatText(blocks: readonly Block[]): string {
  return `${blocks.map(formatTextBlock).join('\n\n').trimEnd()}\n`;
}

function formatTextBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${cleanText(block.text)}\n${'-'.repeat(Math.min(cleanText(block.text).length, 72))}`;
    case 'paragraph':
      return cleanText(block.text);
    case 'link':
      return `${block.label}:\n${block.url}`;
    case 'item':
      return [
        `- ${cleanText(block.text)}`,
        ...block.lines.map((line) => `  ${cleanText(line)}`),
        ...(block.url === undefined ? [] : [`  ${block.url}`]),
      ].join('\n');
    case 'values':
      return block.rows.map(([label, value]) => `${`${label}:`.padEnd(6)} ${cleanText(value)}`).join('\n');
    case 'footer':
      // RFC 3676 §4.3: what follows is no part of what is said.
      return `-- \n${formatText(block.blocks)}`;
  }
}

/** Formats an email's body as HTML: with nothing in it that a reader would have to load, and everything from outside as text. */
export function formatHtml(blocks: readonly Block[]): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>',
    '<body style="margin:0;padding:24px;font:15px/1.5 system-ui,-apple-system,\'Segoe UI\',Roboto,sans-serif"><div style="max-width:600px">',
    ...blocks.map(formatBlock),
    '</div></body></html>',
    '',
  ].join('\n');
}

function formatBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2 style="font-size:16px;margin:24px 0 8px">${rich(block.text)}</h2>`;
    case 'paragraph':
      return `<p style="margin:0 0 12px">${rich(block.text)}</p>`;
    case 'link':
      return `<p style="margin:16px 0"><a href="${escapeHtml(block.url)}">${escapeHtml(block.label)}</a></p>`;
    case 'item': {
      const text = rich(block.text);
      const title = block.url === undefined ? text : `<a href="${escapeHtml(block.url)}">${text}</a>`;
      return `<p style="margin:0 0 12px">${[title, ...block.lines.map(rich)].join('<br>')}</p>`;
    }
    case 'values':
      return `<table style="margin:0 0 12px;border-collapse:collapse">${block.rows
        .map(
          ([label, value]) =>
            `<tr><td style="padding:2px 12px 2px 0;vertical-align:top">${escapeHtml(label)}</td><td style="padding:2px 0;word-break:break-all"><code>${escapeHtml(cleanText(value))}</code></td></tr>`,
        )
        .join('')}</table>`;
    case 'footer':
      return `<hr style="border:0;border-top:1px solid #8885;margin:24px 0"><div style="font-size:13px">${block.blocks.map(formatBlock).join('\n')}</div>`;
  }
}

/** Every second part stands between backticks. Its own direction keeps a name from turning the sentence around. */
function rich(text: string): string {
  return cleanText(text)
    .split('`')
    .map((part, index) => (index % 2 === 0 ? escapeHtml(part) : `<code dir="ltr">${escapeHtml(part)}</code>`))
    .join('');
}

const cleanText = (text: string) => cleanLine(text, 2_000);
