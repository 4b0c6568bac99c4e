/**
 * Formats a Markdown table with its columns aligned by the number of characters, as the other documents have them.
 * @param rows of as many cells as the header has; a `|` in a cell is escaped
 */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = [header, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(3, ...table.map((cells) => (cells[column] ?? '').length)));
  const [head = '', ...body] = table.map((cells) =>
    formatRow(widths.map((width, i) => (cells[i] ?? '').padEnd(width))),
  );
  return [head, formatRow(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}

/**
 * Replaces a generated section of a document: what stands between the lines `<!-- generated: name -->` and
 * `<!-- end: name -->`, which stay.
 * @throws Error where the document does not have the two lines once each, in this order
 */
export function replaceSection(document: string, name: string, content: string): string {
  const [before, inside, ...rest] = document.split(`<!-- generated: ${name} -->\n`);
  const [, after, ...more] = inside?.split(`<!-- end: ${name} -->\n`) ?? [];
  if (before === undefined || after === undefined || rest.length > 0 || more.length > 0)
    throw new Error(`The lines "<!-- generated: ${name} -->" and "<!-- end: ${name} -->" must be there once each.`);
  return `${before}<!-- generated: ${name} -->\n\n${content}\n\n<!-- end: ${name} -->\n${after}`;
}

function formatRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
