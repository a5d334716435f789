/** Inputs and selects. */
export const fieldClass =
  'h-9 w-full rounded-md border border-strong-line bg-sheet px-3 py-1.5 text-ink placeholder:text-quiet aria-invalid:border-bad';
