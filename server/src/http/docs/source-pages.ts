import { readdirSync, readFileSync } from 'node:fs';

/** One page of the documentation, before it is rendered. */
export interface SourcePage {
  /** Its address below `/docs/`, such as `guide/rotation`; empty for the first page. */
  readonly path: string;
  /** The file that it is, or would be, from the project's folder: what its links are relative to. */
  readonly file: string;
  readonly title: string;
  readonly markdown: string;
}

const ROOT = new URL('../../../../', import.meta.url);
/** Documents that belong elsewhere in the project, and where they are read. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'CHANGELOG.md': 'changelog',
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'security-policy',
  'examples/saas/README.md': 'examples/saas',
};

/** What is in the menu, in the order in which it is read. `reference` brings its own pages along. */
export const SECTIONS: readonly { readonly title: string; readonly pages: readonly string[] }[] = [
  {
    title: 'Guide',
    pages: [
      'guide/first-domain',
      'guide/what-the-customer-sees',
      'guide/webhooks',
      'guide/rotation',
      'guide/publishing',
      'guide/going-live',
    ],
  },
  {
    title: 'Reference',
    pages: [
      'reference',
      'errors',
      'webhooks',
      'test-mode',
      'findings',
      'sdk',
      'examples/saas',
      'dashboard-api',
      'compatibility',
    ],
  },
  {
    title: 'How it works',
    pages: [
      'verification',
      'keys',
      'signing',
      'mail-servers',
      'providers',
      'dns-publishing',
      'dns-providers',
      'architecture',
      'decisions',
    ],
  },
  {
    title: 'Running it',
    pages: [
      ...['configuration', 'command-line', 'operations', 'accounts', 'access'],
      ...['security', 'performance', 'faults'],
    ],
  },
  { title: 'The project', pages: ['contributing', 'testing', 'security-policy', 'changelog'] },
];

/** Reads every document there is, from the folder of the program. */
export function readSourcePages(): SourcePage[] {
  const inside = readdirSync(new URL('docs/', ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
  return [
    ...inside.map((name) => readPage(`docs/${name}`, name.slice(0, -'.md'.length).replace(/\/?README$/, ''))),
    ...Object.entries(OUTSIDE).map(([file, path]) => readPage(file, path)),
  ];
}

/** Builds a page of a document. */
export function buildSourcePage(path: string, file: string, markdown: string): SourcePage {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? path;
  // What marks a generated part is for whoever edits the file.
  return { path, file, title, markdown: markdown.replaceAll(/^<!-- (?:generated|end): .* -->\n+/gm, '') };
}

function readPage(file: string, path: string): SourcePage {
  return buildSourcePage(path, file, readFileSync(new URL(file, ROOT), 'utf8'));
}

/** Reads the pictures of the documents, by name. */
export function readPictures(): Map<string, Buffer> {
  const folder = new URL('docs/images/', ROOT);
  const names = readdirSync(folder).filter((name) => name.endsWith('.png'));
  return new Map(names.map((name) => [name, readFileSync(new URL(name, folder))]));
}

/** Reads what the pages look like, and what they do: the dashboard's colors first. */
export function readAssets(): { css: Buffer; script: Buffer; icon: Buffer } {
  const own = (name: string) => readFileSync(new URL(`assets/${name}`, import.meta.url));
  const tokens = readFileSync(new URL('dashboard/src/tokens.css', ROOT));
  return {
    css: Buffer.concat([tokens, own('docs.css')]),
    script: own('docs.js'),
    icon: readFileSync(new URL('dashboard/public/favicon.svg', ROOT)),
  };
}
