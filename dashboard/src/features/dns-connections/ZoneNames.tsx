const SHOWN = 5;

/** The zones that a connection was seen to reach. */
export function ZoneNames({ zones, hasAll }: { zones: readonly string[]; hasAll: boolean }) {
  if (zones.length === 0)
    return <p className="text-small text-muted">Its provider can’t list zones. Each is found when it’s needed.</p>;
  const more = zones.length - SHOWN;
  return (
    <p className="text-small text-muted">
      {zones.length === 1 ? 'Zone' : 'Zones'}{' '}
      <span className="text-ink [overflow-wrap:anywhere]">{zones.slice(0, SHOWN).join(', ')}</span>
      {more > 0 && ` and ${more} more`}
      {!hasAll && more <= 0 && ', and others when they’re needed'}
    </p>
  );
}
