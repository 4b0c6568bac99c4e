import { firstAnswer, type LookupResult, recordsOfType } from '../answers/dns-answer.ts';
import { isSameText } from '../answers/same-text.ts';
import { checkDkim } from '../dkim/check.ts';
import { checkOwnership } from '../ownership/check.ts';
import type { RecordPlace } from './place.ts';
import { textsOf } from './view.ts';

/**
 * Whether what stands at a name is the record that belongs elsewhere. Judged by the record's own rule where nobody else
 * could have published it: ownership has a value and DKIM a key that are ours alone. SPF and DMARC texts are common, so they
 * must be the very text that was shown.
 */
export function isTheRecord(place: RecordPlace, publicKey: string, found: LookupResult): boolean {
  switch (place.kind) {
    case 'ownership':
      return checkOwnership(place.value, textsOf(found)).status === 'verified';
    case 'dkim':
      return checkDkim(publicKey, textsOf(found), isEd25519(place) ? 'ed25519' : 'rsa').status === 'verified';
    case 'mail_from_mx':
      // Beside others too: at the top of a zone it was added to the servers that take the domain's mail.
      return (recordsOfType(firstAnswer(found), 'MX') ?? []).some(
        ({ exchange }) => exchange === place.value.toLowerCase(),
      );
    case 'mail_from_spf':
    case 'dmarc':
      return textsOf(found).some((text) => isSameText(text, place.value));
  }
}

function isEd25519({ value }: RecordPlace): boolean {
  return /;\s*k=ed25519;/.test(value);
}
