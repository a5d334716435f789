/** Links inside text and tables. */
export const linkClass = 'font-medium text-accent underline-offset-3 hover:underline';
