import { validationError } from '../errors.ts';
import { toAsciiName } from '../names/ascii-name.ts';

/** Octets of a name with its dots (RFC 1035 §2.3.4). */
const MAX_CHARACTERS = 255;

/** Reads the name of a zone that somebody gives, as lower-case A-labels without a final dot. @throws AppError VALIDATION_FAILED for `zone` */
export function parseZoneName(text: string): string {
  const bare = text.trim().replace(/\.$/, '');
  const name = bare.length > MAX_CHARACTERS ? null : toAsciiName(bare);
  if (name === null) throw validationError('zone', 'zone must be a domain name such as example.com.');
  return name;
}
