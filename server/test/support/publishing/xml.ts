/** An element of XML without attributes that mean anything: what AWS sends and takes. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const TOKEN =
  /<\?[^>]*\?>|<(?<end>\/)?(?<name>[A-Za-z][\w]*)(?<attributes>(?:\s+[\w:]+="[^"]*")*)\s*(?<empty>\/)?>|(?<text>[^<]+)/gy;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Reads a document, as far as AWS uses XML. @throws Error where it isn't well-formed */
export function parseXml(document: string): XmlElement & { readonly namespace: string | null } {
  const open: { name: string; children: XmlElement[]; text: string }[] = [{ name: '', children: [], text: '' }];
  let namespace: string | null = null;
  let at = 0;
  for (const match of document.matchAll(TOKEN)) {
    at = match.index + match[0].length;
    const { end, name, attributes = '', empty, text } = match.groups ?? {};
    const inner = open.at(-1);
    if (!inner) throw new Error('More elements end than begin.');
    if (text !== undefined) inner.text += unescapeXml(text);
    if (name === undefined) continue;
    if (end !== undefined) {
      if (inner.name !== name || open.length < 2) throw new Error(`<${inner.name}> ends as </${name}>.`);
      open.pop();
      continue;
    }
    namespace ??= /\sxmlns="([^"]*)"/.exec(attributes)?.[1] ?? null;
    const element = { name, children: [], text: '' };
    inner.children.push(element);
    if (empty === undefined) open.push(element);
  }
  const [root] = open[0]?.children ?? [];
  if (at !== document.length || open.length !== 1 || !root) throw new Error('The document is not well-formed.');
  return { ...root, namespace };
}

/** What an element of XML holds: a text, elements by their names, or several of one name. */
export type XmlContent =
  | string
  | number
  | boolean
  | { readonly [name: string]: XmlContent | readonly XmlContent[] | undefined };

/** Writes an element; what is undefined is left out. */
export function formatXml(name: string, content: XmlContent, attributes = ''): string {
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .flatMap(([each, value]) => {
            if (value === undefined) return [];
            return (Array.isArray(value) ? value : [value]).map((one: XmlContent) => formatXml(each, one));
          })
          .join('')
      : String(content).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<${name}${attributes}>${inner}</${name}>`;
}

function unescapeXml(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (_, entity: string) => {
    if (!entity.startsWith('#')) return ENTITIES[entity] ?? '';
    const isHex = entity[1]?.toLowerCase() === 'x';
    return String.fromCodePoint(Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10));
  });
}
