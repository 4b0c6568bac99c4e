/** Takes the zone's name off a name: `_dmarc.mail` of `_dmarc.mail.example.com` in `example.com`; an empty text for the zone itself. */
export function cutZoneName(name: string, zoneName: string): string {
  return name === zoneName ? '' : name.slice(0, -zoneName.length - 1);
}

/** Puts the zone's name back; `@` and an empty text are the zone itself. */
export function addZoneName(relative: string, zoneName: string): string {
  const name = relative.toLowerCase();
  return name === '' || name === '@' ? zoneName : `${name}.${zoneName}`;
}

/** Reads a host as it stands in a record: one without a final dot belongs below the zone, and `@` is the zone (RFC 1035 §5.1). */
export function completeHost(host: string, zoneName: string): string {
  return host.endsWith('.') ? host.slice(0, -1).toLowerCase() : addZoneName(host, zoneName);
}
