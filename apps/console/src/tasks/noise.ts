/** What was put on a description before it left. */
export function noiseText(noise: { readonly epsilon: number } | null): string {
  return noise === null ? 'none' : `ε ${noise.epsilon}`;
}
