/** What this project uses of tr46 7, which ships no types of its own. */
declare module 'tr46' {
  /** The flags of UTS #46 §4; each is off unless set. */
  export interface Options {
    checkHyphens?: boolean;
    checkBidi?: boolean;
    checkJoiners?: boolean;
    useSTD3ASCIIRules?: boolean;
    transitionalProcessing?: boolean;
    ignoreInvalidPunycode?: boolean;
  }
  /** UTS #46 ToASCII; null where the name is not valid under the given flags. */
  export function toASCII(name: string, options?: Options & { verifyDNSLength?: boolean }): string | null;
  /** UTS #46 ToUnicode; `domain` is a best effort where `error` is true. */
  export function toUnicode(name: string, options?: Options): { domain: string; error: boolean };
}
