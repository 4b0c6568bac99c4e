// Reads which file imports which. Imports of types count: a circle of types is a circle to whoever reads.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

const CODE = /\.(ts|tsx|mjs)$/;
const TEST = /\.test\.tsx?$/;
const LEFT_OUT = new Set(['node_modules', 'dist', 'data', 'migrations', '.git']);
const IMPORT = /(?:^|[\s;])(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

/** Lists the code files below a folder, as paths relative to the root with `/`, in order. */
export function listCodeFiles(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const files = entries.flatMap((entry) => {
    if (LEFT_OUT.has(entry.name)) return [];
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return listCodeFiles(root, path);
    return CODE.test(entry.name) ? [path] : [];
  });
  return files.sort();
}

/** Whether a file is a test that stands beside the code. */
export function isTest(file) {
  return TEST.test(file);
}

/** Lists what a source text imports: relative paths and packages, as they are written. */
export function listImports(text) {
  return [...text.matchAll(IMPORT)].map(([, named, dynamic]) => named ?? dynamic);
}

/** Reads the imports of each file: `{ file, target }` for files of the project, `{ file, name }` for packages. */
export function readImports(root, files) {
  return files.flatMap((file) =>
    listImports(readFileSync(join(root, file), 'utf8')).map((specifier) => {
      if (!specifier.startsWith('.')) return { file, name: specifier };
      const target = relative(root, join(root, dirname(file), specifier));
      return { file, target: target.split(sep).join('/') };
    }),
  );
}

/**
 * Finds the circles of a graph: the groups of nodes each of which leads to all others of its group (Tarjan's strongly
 * connected components with more than one node).
 * @param edges pairs [from, to]; one that leads to its own start is left out
 */
export function findCircles(edges) {
  const next = new Map();
  for (const [from, to] of edges) {
    if (from === to) continue;
    next.set(from, (next.get(from) ?? new Set()).add(to));
  }
  const index = new Map();
  const low = new Map();
  const stack = [];
  const onStack = new Set();
  const circles = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    onStack.add(node);
    for (const other of next.get(node) ?? []) {
      if (!index.has(other)) {
        visit(other);
        low.set(node, Math.min(low.get(node), low.get(other)));
      } else if (onStack.has(other)) low.set(node, Math.min(low.get(node), index.get(other)));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    for (const member of group) onStack.delete(member);
    if (group.length > 1) circles.push(group.sort());
  };
  for (const node of next.keys()) if (!index.has(node)) visit(node);
  return circles;
}
