// Holds the imports and folders of the project against the rules of its layout.
import { posix } from 'node:path';
import { findCircles, isTest, listCodeFiles, readImports } from './import-graph.mjs';
import {
  DASHBOARD_IMPORTS,
  IMPURE_PACKAGES,
  LAYERS,
  LAYERS_WITH_ROOMS,
  MAX_FILES_IN_FOLDER,
  OWNED_PACKAGES,
  SDK_PACKAGE,
  SDK_USERS,
} from './layout-rules.mjs';

const SERVER = 'server/src/';
const DASHBOARD = 'dashboard/src/';
const SDK = 'packages/sdk/src/';
const EXAMPLES = 'examples/';
const ROOTS = [
  'server/src',
  'server/test',
  'server/docs',
  'dashboard/src',
  'packages/sdk/src',
  'examples',
  'bench',
  'scripts',
];

/** Lists what is wrong with the layout below a root, one sentence each; empty where all is well. */
export function findFaults(root) {
  const files = ROOTS.flatMap((folder) => listCodeFiles(root, folder));
  const imports = readImports(root, files);
  const ofCode = imports.filter(({ file }) => !isTest(file));
  return [
    ...findCrowdedFolders(files),
    ...findFileCircles(imports),
    ...findRoomCircles(ofCode),
    ...ofCode.flatMap(findForbiddenImport),
  ];
}

function findCrowdedFolders(files) {
  const counts = new Map();
  for (const file of files) {
    // Beside code a test belongs to its file; in a folder of tests it is what one searches for.
    if (isTest(file) && !file.startsWith('server/test/')) continue;
    const folder = posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MAX_FILES_IN_FOLDER)
    .map(
      ([folder, count]) =>
        `${folder} has ${count} files side by side, ${MAX_FILES_IN_FOLDER} at most: give an idea in it a folder.`,
    );
}

function findFileCircles(imports) {
  const edges = imports.flatMap(({ file, target }) => (target === undefined ? [] : [[file, target]]));
  return findCircles(edges).map((circle) => `These files import each other in a circle: ${circle.join(', ')}.`);
}

function findRoomCircles(imports) {
  return LAYERS_WITH_ROOMS.flatMap((layer) => {
    const roomOf = (file) => (file?.startsWith(`${SERVER}${layer}/`) ? posix.dirname(file) : undefined);
    const lines = imports.flatMap(({ file, target }) => {
      const [from, to] = [roomOf(file), roomOf(target)];
      return from && to && from !== to ? [{ from, to, file, target }] : [];
    });
    return findCircles(lines.map(({ from, to }) => [from, to])).map((circle) => {
      const inside = lines.filter(({ from, to }) => circle.includes(from) && circle.includes(to));
      const shown = inside.slice(0, 12).map(({ file, target }) => `\n    ${file} -> ${target}`);
      return `These folders import each other in a circle: ${circle.join(', ')}.${shown.join('')}`;
    });
  });
}

function findForbiddenImport({ file, target, name }) {
  if (file.startsWith(SDK)) return findForbiddenInSdk(file, target);
  if (file.startsWith(EXAMPLES)) return findForbiddenInExample(file, target, name);
  if (file.startsWith(DASHBOARD)) return findForbiddenInDashboard(file, target);
  if (!file.startsWith(SERVER)) return [];
  const layer = layerOf(file);
  return name === undefined ? findArrowUpwards(file, layer, target) : findForeignPackage(file, layer, name);
}

function findForbiddenInSdk(file, target) {
  if (target === undefined || target.startsWith(SDK)) return [];
  return [`${file} imports ${target}: the SDK is a package of its own, and knows nothing of the service but its API.`];
}

/** Whoever copies the folder of an example has all of it. */
function findForbiddenInExample(file, target, name) {
  const folder = file.split('/').slice(0, 2).join('/');
  const isOwn =
    target === undefined ? name === SDK_PACKAGE || name.startsWith('node:') : target.startsWith(`${folder}/`);
  return isOwn ? [] : [`${file} imports ${target ?? name}: an example has the SDK, Node.js, and its own folder.`];
}

function findForbiddenInDashboard(file, target) {
  if (!target?.startsWith(SERVER) || DASHBOARD_IMPORTS.includes(layerOf(target))) return [];
  return [`${file} imports ${target}: the dashboard takes shapes from wire/ and pure functions from core/ only.`];
}

function findArrowUpwards(file, layer, target) {
  if (target.startsWith('packages/sdk/') && !SDK_USERS.includes(layer))
    return [`${file} imports ${target}: only ${SDK_USERS.join(' and ')} are built on the SDK.`];
  if (!target.startsWith(SERVER))
    return target.startsWith('server/test/') ? [`${file} imports a test: ${target}.`] : [];
  const other = layerOf(target);
  const reached = other === '' ? target.slice(SERVER.length) : other;
  if (reached === layer || LAYERS[layer]?.includes(reached)) return [];
  const allowed = (LAYERS[layer] ?? []).join(', ') || 'nothing';
  return [`${file} imports ${target}: ${layer || 'server/src'} may import ${allowed} (docs/architecture.md).`];
}

function findForeignPackage(file, layer, name) {
  if (layer === 'core' && IMPURE_PACKAGES.includes(name))
    return [`${file} imports ${name}: core/ is pure, without I/O, clock and randomness.`];
  const owned = OWNED_PACKAGES.find(({ packages }) =>
    packages.some((each) => name === each || (each.endsWith('/') && name.startsWith(each))),
  );
  return owned && owned.layer !== layer ? [`${file} imports ${name}: ${owned.why}`] : [];
}

function layerOf(file) {
  const [first, ...rest] = file.slice(SERVER.length).split('/');
  return rest.length > 0 ? first : '';
}
