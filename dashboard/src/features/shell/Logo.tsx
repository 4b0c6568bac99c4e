/** The mark of the product. */
export function Logo() {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className="size-7">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M8 11.5h16v10H8z M8 11.5l8 6 8-6"
        fill="none"
        strokeWidth="2"
        strokeLinejoin="round"
        className="stroke-on-accent"
      />
    </svg>
  );
}
