/** p-values adjusted for the number of tests, in the order given; compare each with the family's level. */

/** Holm 1979: holds the chance of any false rejection (family-wise) for tests of any dependence. */
export function holm(p: number[]): number[] {
  let running = 0;
  return inOrder(p, (value, rank) => {
    running = Math.max(running, Math.min(1, (p.length - rank) * value));
    return running;
  });
}

/** Bonferroni: as Holm's guarantee, with less power. */
export function bonferroni(p: number[]): number[] {
  return p.map((value) => Math.min(1, value * p.length));
}

/** Benjamini & Hochberg 1995: holds the expected share of false rejections, for independent or positively dependent tests. */
export function benjaminiHochberg(p: number[]): number[] {
  return stepUp(p, 1);
}

/** Benjamini & Yekutieli 2001: as BH under any dependence. */
export function benjaminiYekutieli(p: number[]): number[] {
  return stepUp(
    p,
    p.reduce((sum, _, i) => sum + 1 / (i + 1), 0),
  );
}

function stepUp(p: number[], factor: number): number[] {
  const order = p.map((value, index) => ({ value, index })).sort((a, b) => b.value - a.value);
  const adjusted = new Array<number>(p.length);
  let running = 1;
  for (const [fromTop, { value, index }] of order.entries()) {
    running = Math.min(running, (value * factor * p.length) / (p.length - fromTop));
    adjusted[index] = running;
  }
  return adjusted;
}

function inOrder(p: number[], adjust: (value: number, rank: number) => number): number[] {
  const order = p.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const adjusted = new Array<number>(p.length);
  for (const [rank, { value, index }] of order.entries()) adjusted[index] = adjust(value, rank);
  return adjusted;
}

/**
 * Indexes of the tests that can reach the family's level at all, for discrete tests whose least possible p is known
 * before their direction is seen: only these need a share of the error. Source: Tarone 1990 (Biometrics 46:515).
 */
export function testable(leastP: number[], level: number): number[] {
  for (let size = 1; size <= leastP.length; size++) {
    const able = leastP.flatMap((least, index) => (least <= level / size ? [index] : []));
    if (able.length <= size) return able;
  }
  return leastP.map((_, index) => index);
}
