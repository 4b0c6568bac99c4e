import {
  formatMx,
  formatTarget,
  formatTxt,
  formatTxtStrings,
  parseLongTxtStrings,
} from '../../core/publishing/rdata.ts';
import { READ_TYPES, type RrSet } from '../../core/publishing/rr-set.ts';
import { completeHost } from './zone-names.ts';

/** Whether a type is one that we read and write. */
export function isReadType(type: string): type is RrSet['type'] {
  return READ_TYPES.some((each) => each === type);
}

/**
 * Brings the data of a record, as a provider's API shows it in presentation form, into the form that `rdata.ts` writes, so that
 * the same record is always the same text.
 */
export function readRdata(type: RrSet['type'], value: string, zoneName: string): string {
  if (type === 'CNAME') return formatTarget(completeHost(value.trim(), zoneName));
  if (type === 'MX') {
    const [priority = '', host = ''] = value.trim().split(/\s+/);
    return formatMx(Number(priority), completeHost(host, zoneName));
  }
  return readTxtValue(value);
}

/** The same for a TXT record. One that is shown without quotes is the text itself: its spaces are its own and don't part strings. */
export function readTxtValue(value: string): string {
  const strings = value.trimStart().startsWith('"') ? parseLongTxtStrings(value) : null;
  return strings ? formatTxtStrings(strings) : formatTxt(value);
}
