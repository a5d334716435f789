import type { ComponentProps } from 'react';
import { styles } from './styles.js';

const looks = {
  plain: 'border border-strong-line/60 bg-sheet hover:bg-raised text-ink',
  primary: 'border border-accent bg-accent text-accent-ink hover:brightness-110',
  danger: 'border border-bad bg-sheet text-bad hover:bg-bad-soft',
  quiet: 'border border-transparent text-quiet hover:bg-raised hover:text-ink',
} as const;

export type ButtonLook = keyof typeof looks;

const shape =
  'inline-flex cursor-pointer items-center justify-center gap-1.5 rounded-md px-3 py-1.5 font-medium whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:opacity-50';

/** For links that look like buttons. */
export function buttonClass(look: ButtonLook = 'plain'): string {
  return styles(shape, looks[look]);
}

export function Button({ look = 'plain', className, ...rest }: ComponentProps<'button'> & { look?: ButtonLook }) {
  return <button type="button" className={styles(buttonClass(look), className)} {...rest} />;
}
