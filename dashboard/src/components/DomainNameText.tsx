/** A domain's name as people write it; where that differs from what stands in DNS, that beside it. */
export function DomainNameText({ name, unicodeName }: { name: string; unicodeName: string | null }) {
  if (unicodeName === null) return <>{name}</>;
  return (
    <>
      {unicodeName} <span className="font-mono text-small font-normal text-muted">{name}</span>
    </>
  );
}
