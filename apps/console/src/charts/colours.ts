import { useMemo } from 'react';
import { useShownTheme } from '../shell/theme.js';

/** The theme's colours, for drawings on a canvas. Series are told apart by those who do not see red and green as different, too. */
export interface Colours {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly sheet: string;
  readonly raised: string;
  readonly accent: string;
  readonly series: readonly string[];
  readonly rest: string;
  /** From low to high. */
  readonly ramp: readonly string[];
  readonly font: string;
}

/** Viridis without its ends, which would vanish into one of the grounds. */
const ramp = ['#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#a0da39'];

export function useColours(): Colours {
  const theme = useShownTheme();
  return useMemo(() => readColours(theme), [theme]);
}

function readColours(_theme: string): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read('ink'),
    quiet: read('quiet'),
    line: read('line'),
    sheet: read('sheet'),
    raised: read('raised'),
    accent: read('accent'),
    series: [1, 2, 3, 4, 5].map((at) => read(`series-${at}`)),
    rest: read('series-rest'),
    ramp,
    font: style.fontFamily,
  };
}
