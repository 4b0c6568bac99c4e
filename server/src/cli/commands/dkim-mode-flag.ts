import { DKIM_MODES, type DkimMode } from '../../core/records/key-slots.ts';
import { UsageError } from '../usage-error.ts';

/** Reads `--dkim-mode`; undefined where it was not given. @throws UsageError */
export function readDkimMode(text: string | undefined): DkimMode | undefined {
  if (text === undefined) return undefined;
  const mode = DKIM_MODES.find((each) => each === text);
  if (mode === undefined) throw new UsageError(`--dkim-mode must be ${DKIM_MODES.join(' or ')}.`);
  return mode;
}
