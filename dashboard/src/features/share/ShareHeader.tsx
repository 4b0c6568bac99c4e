import { formatCallUrl } from '../../api/call.ts';
import type { SharedDomain } from '../../api/domains.ts';

/** Whose page this is: the project's logo and name, which people know, and no product that they have never heard of. */
export function ShareHeader({ token, from }: { token: string; from: SharedDomain['from'] }) {
  const { project, brandColor, logoVersion } = from;
  return (
    <header className={`bg-card ${brandColor === null ? '' : 'border-t-4 border-t-accent'}`}>
      <div className="border-b border-hairline">
        <div className="mx-auto flex min-h-14 max-w-page items-center gap-3 px-4 py-2">
          {logoVersion !== null && (
            <img
              src={formatCallUrl('GET /api/share/:token/logo', { token }, { v: logoVersion })}
              alt=""
              // On white in both themes: most logos are made for it.
              className="max-h-10 max-w-40 rounded-control bg-[#fff] object-contain p-1"
            />
          )}
          <p className="min-w-0 font-semibold [overflow-wrap:anywhere]">{project}</p>
        </div>
      </div>
    </header>
  );
}
