/**
 * Cohen's kappa of two raters over the same items: agreement beyond what their own shares make by chance; 1 is perfect, 0 is
 * chance. Undefined where both say the same one thing of everything: nothing was told apart. Source: Cohen 1960, "A
 * coefficient of agreement for nominal scales".
 */
export function cohenKappa(pairs: readonly (readonly [boolean, boolean])[]): number | undefined {
  const n = pairs.length;
  if (n === 0) return undefined;
  const observed = pairs.filter(([a, b]) => a === b).length / n;
  const first = pairs.filter(([a]) => a).length / n;
  const second = pairs.filter(([, b]) => b).length / n;
  const expected = first * second + (1 - first) * (1 - second);
  return expected === 1 ? undefined : (observed - expected) / (1 - expected);
}
