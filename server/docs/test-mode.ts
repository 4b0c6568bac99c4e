import { PART_NAMES, readPart } from '../src/core/test-mode/parts.ts';
import { formatTable } from './markdown.ts';

/** Every name that plays a part, what its DNS does, and what comes of it. */
export function buildPartTable(): string {
  const rows = PART_NAMES.map((name) => {
    const { plays, ends } = readPart(name);
    return [`\`${name}\``, plays, ends];
  });
  return formatTable(['name', 'what its DNS does', 'what comes of it'], rows);
}
