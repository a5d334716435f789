/** NEAREST_TASKS becomes "nearest tasks". */
export function words(text: string): string {
  return text.toLowerCase().replaceAll('_', ' ');
}

/** "1 trial", "2 trials" */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
