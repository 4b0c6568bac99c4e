import type { ReactNode } from 'react';

/** What could not be done, each with its reason; nothing where all went well. */
export function FailureList({
  failures,
}: {
  failures: readonly { readonly name: string; readonly message: ReactNode }[];
}) {
  if (failures.length === 0) return null;
  return (
    <div role="alert" className="rounded-control bg-wrong-soft px-3 py-2 text-small">
      <p className="font-medium text-wrong">{failures.length === 1 ? '1 failed' : `${failures.length} failed`}</p>
      <ul className="mt-1 max-h-40 overflow-auto [overflow-wrap:anywhere]">
        {failures.map(({ name, message }) => (
          <li key={name}>
            <span className="font-medium">{name}</span>: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
