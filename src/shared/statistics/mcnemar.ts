import { binomialCdf, binomialPmf } from "./distributions.ts";
import { chiSquare1Sf } from "./normal.ts";

/** McNemar's tests of `b` cases that went from pass to fail against `c` that went the other way. All p two-sided. */
export interface McNemar {
  /** Binomial, conditional on b + c. Holds its level, and is conservative. */
  exactP: number;
  /** Exact less half the probability of the observed split; recommended by Fagerland, Lydersen & Laake 2013. */
  midP: number;
  /** (b - c)² / (b + c); undefined where no case moved. */
  chiSquare: number | undefined;
  /** Undefined as `chiSquare`. */
  chiSquareP: number | undefined;
  /** With Edwards' continuity correction; Fagerland 2013 advises against it. */
  correctedChiSquare: number | undefined;
  correctedP: number | undefined;
}

/** Source: McNemar 1947; Fagerland et al., BMC Med Res Methodol 13:91. With no case moved, the exact p is 1. */
export function mcnemar(b: number, c: number): McNemar {
  const moved = b + c;
  if (moved === 0) {
    const none = { chiSquare: undefined, chiSquareP: undefined, correctedChiSquare: undefined, correctedP: undefined };
    return { exactP: 1, midP: 1, ...none };
  }
  const fewer = Math.min(b, c);
  const point = binomialPmf(fewer, moved, 0.5);
  const chiSquare = (b - c) ** 2 / moved;
  const correctedChiSquare = (Math.abs(b - c) - 1) ** 2 / moved;
  const exactP = Math.min(1, 2 * binomialCdf(fewer, moved, 0.5));
  return {
    exactP,
    midP: b === c ? 1 - point : 2 * binomialCdf(fewer, moved, 0.5) - point,
    chiSquare,
    chiSquareP: chiSquare1Sf(chiSquare),
    correctedChiSquare,
    correctedP: chiSquare1Sf(correctedChiSquare),
  };
}

/** Two-sided sign test of `less` against `more` non-zero differences: McNemar's exact test under another name. */
export function signTest(less: number, more: number): number {
  return mcnemar(less, more).exactP;
}
