const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

/** What stands where there is no figure. */
export const NONE = '–';

export function count(value: number | null | undefined): string {
  return value == null ? NONE : whole.format(value);
}

/** 30.2M */
export function short(value: number | null | undefined): string {
  return value == null ? NONE : compact.format(value);
}

export function share(value: number | null | undefined): string {
  return value == null ? NONE : percent.format(value);
}

/** Three decimals: average precisions, scores, regrets. */
export function figure(value: number | null | undefined, digits = 3): string {
  return value == null ? NONE : value.toFixed(digits);
}

/** With its sign, for differences. */
export function signed(value: number | null | undefined, digits = 3): string {
  if (value == null) return NONE;
  const text = value.toFixed(digits);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}

export function bytes(value: number | null | undefined): string {
  if (value == null) return NONE;
  if (value < 1000) return `${value} B`;
  const steps = ['kB', 'MB', 'GB', 'TB'];
  let scaled = value;
  let step = -1;
  while (scaled >= 999.5 && step < steps.length - 1) {
    scaled /= 1000;
    step += 1;
  }
  return `${scaled < 10 ? scaled.toFixed(1) : scaled.toFixed(0)} ${steps[step]}`;
}

/** 4 s, 3 min 5 s, 2 h 10 min */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return NONE;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return rounded % 60 === 0 ? `${minutes} min` : `${minutes} min ${rounded % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
