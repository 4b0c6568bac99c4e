// npm run pin-images: pins the images of Dockerfile and compose.yaml by digest, and moves pins that are there to what their tags mean today. Needs docker with buildx.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `FROM name:tag` and `image: name:tag`, with a digest or without. */
const IMAGE = /^(\s*(?:FROM|image:)\s+)([\w./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?(?=\s|$)/gm;
const FILES = ['Dockerfile', 'compose.yaml'];

/** Writes into `text` the digest that `findDigest` gives for each image. */
export function pinImages(text, findDigest) {
  return text.replace(IMAGE, (_all, start, image) => `${start}${image}@${findDigest(image)}`);
}

function askDocker(image) {
  const options = ['buildx', 'imagetools', 'inspect', '--format', '{{.Manifest.Digest}}', image];
  const { stdout, stderr, error } = spawnSync('docker', options, { encoding: 'utf8' });
  const digest = stdout?.trim();
  if (/^sha256:[0-9a-f]{64}$/.test(digest ?? '')) return digest;
  throw new Error(`The digest of ${image} could not be had, nothing was changed: ${error?.message ?? stderr.trim()}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = process.argv[2] ?? join(import.meta.dirname, '..');
  try {
    const digests = new Map();
    const findDigest = (image) => {
      if (!digests.has(image)) digests.set(image, askDocker(image));
      return digests.get(image);
    };
    // All are known before one is written.
    const pinned = FILES.map((name) => [
      join(root, name),
      pinImages(readFileSync(join(root, name), 'utf8'), findDigest),
    ]);
    for (const [path, text] of pinned) writeFileSync(path, text);
    for (const [image, digest] of digests) console.log(`${image} ${digest}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
