/** Whether a text says the same as a value to publish, but for blanks, quotes, case and a semicolon at the end. */
export function isSameText(text: string, value: string): boolean {
  const plain = (from: string) =>
    from
      .replace(/["\s]+/g, '')
      .replace(/;$/, '')
      .toLowerCase();
  return plain(text) === plain(value);
}
