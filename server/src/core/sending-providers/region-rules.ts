/** What one provider asks of an entry of the regions file that names it. */
export interface ProviderRegionRules {
  /** The name in the file: the word of `"provider"`. */
  readonly name: string;
  /** What people call the provider. */
  readonly title: string;
  /** The field that names the region in the provider's words; left out, the region's key is it. */
  readonly regionField: string;
  /** Says what is wrong with an entry, to stand after its number and key; null where nothing is. */
  findProblem(entry: { readonly providerRegion: string; readonly mailFromHost: string }): string | null;
}
