/** Lines in place of what is being loaded, as high as what will come. */
export function Skeleton({ rows = 3, className = 'h-12' }: { rows?: number; className?: string }) {
  return (
    <div role="status" className="divide-y divide-hairline">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same.
        <div key={index} aria-hidden="true" className={`flex items-center gap-4 px-4 ${className}`}>
          <span className="h-3 w-1/3 animate-pulse-slow rounded bg-sunken" />
          <span className="ml-auto h-3 w-1/6 animate-pulse-slow rounded bg-sunken" />
        </div>
      ))}
    </div>
  );
}
