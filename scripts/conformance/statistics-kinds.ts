import { clustered } from "../../src/shared/statistics/clustered.ts";
import { tCdf, tQuantile } from "../../src/shared/statistics/distributions.ts";
import type { Interval } from "../../src/shared/statistics/interval.ts";
import { krippendorffAlpha } from "../../src/shared/statistics/krippendorff.ts";
import { mcnemar, signTest } from "../../src/shared/statistics/mcnemar.ts";
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  bonferroni,
  holm,
} from "../../src/shared/statistics/multiple-testing.ts";
import { newcombe } from "../../src/shared/statistics/newcombe.ts";
import { normalQuantile } from "../../src/shared/statistics/normal.ts";
import { correlation, mean, paired } from "../../src/shared/statistics/paired.ts";
import { passAtK, passHatK } from "../../src/shared/statistics/pass-at-k.ts";
import { casesForPower, minimalDetectableDifference, signTestPairs } from "../../src/shared/statistics/power.ts";
import * as proportion from "../../src/shared/statistics/proportion.ts";
import {
  confidenceSequenceHalfWidth,
  mixtureLikelihoodRatio,
  sprtBounds,
} from "../../src/shared/statistics/sequential.ts";
import { monteCarloP } from "../../src/shared/statistics/sign-flip.ts";
import { twoSidedSignFlip, wilcoxonP } from "../../src/shared/statistics/wilcoxon.ts";
import { pairedColumns, pairedRuns } from "./real-pairs.ts";
import * as inputs from "./statistics-file.ts";
import { UnclaimedError } from "./unclaimed.ts";

/** What a kind gives: a figure, figures by name, or figures in order; undefined where there is none to give. */
export type Answer = number | boolean | undefined | Answer[] | { [name: string]: Answer };

const ends = (interval: Interval | undefined): Answer => interval && [interval.low, interval.high];

function proportionBy(method: (k: number, n: number, level: number) => Interval): (input: unknown) => Answer {
  return (input) => {
    const { k, n, alpha } = inputs.ProportionInput.parse(input);
    return ends(method(k, n, 1 - alpha));
  };
}

const CORRECTIONS: Record<string, (p: number[]) => number[]> = {
  holm,
  bonferroni,
  fdr_bh: benjaminiHochberg,
  fdr_by: benjaminiYekutieli,
};

/** Every kind of row that the product computes, by the name it has in the file. */
export const KINDS: Record<string, (input: unknown) => Answer> = {
  asymptotic_cs_halfwidth(input) {
    const { n, sigma, rho, alpha } = inputs.SequenceInput.parse(input);
    return confidenceSequenceHalfWidth(n, sigma, rho, alpha);
  },
  ci_agresti_coull: proportionBy(proportion.agrestiCoull),
  ci_clopper_pearson: proportionBy(proportion.clopperPearson),
  ci_jeffreys: proportionBy(proportion.jeffreys),
  ci_wilson: proportionBy(proportion.wilson),
  ci_wilson_cc: proportionBy(proportion.wilsonCorrected),
  clustered_se(input) {
    const { x, cluster } = inputs.ClusteredInput.parse(input);
    const found = clustered(x, cluster);
    return {
      n: found.n,
      clusters: found.clusters,
      mean: found.mean,
      se_iid: found.independent,
      se_clustered_miller: found.miller,
      se_clustered_CR0: found.cr0,
      se_clustered_inspect_CR1: found.cr1,
      df: found.degreesOfFreedom,
      ci95_inspect: ends(found.interval),
    };
  },
  krippendorff(input) {
    const { data, level } = inputs.KrippendorffInput.parse(input);
    return krippendorffAlpha(data, level);
  },
  mc_pvalue(input) {
    const { count, n_resamples } = inputs.MonteCarloInput.parse(input);
    return monteCarloP(count, n_resamples);
  },
  mcnemar(input) {
    const { b, c } = inputs.McNemarInput.parse(input);
    const found = mcnemar(b, c);
    return {
      exact_p: found.exactP,
      mid_p: found.midP,
      chi2: found.chiSquare,
      chi2_p: found.chiSquareP,
      chi2_cc: found.correctedChiSquare,
      chi2_cc_p: found.correctedP,
    };
  },
  mde(input) {
    const { n, omega2, alpha, power } = inputs.MdeInput.parse(input);
    return minimalDetectableDifference({ omegaSquared: omega2 }, n, { alpha, power });
  },
  msprt_lambda(input) {
    const { mean_diff, n, var_diff, tau } = inputs.MixtureInput.parse(input);
    return mixtureLikelihoodRatio(mean_diff, n, var_diff, tau);
  },
  multipletests(input) {
    const { p, alpha, method } = inputs.MultipleInput.parse(input);
    const correct = CORRECTIONS[method];
    if (!correct)
      throw new UnclaimedError(`the correction ${method} is not one of ${Object.keys(CORRECTIONS).join(", ")}`);
    const adjusted = correct(p);
    return { adjusted, reject: adjusted.map((value) => value <= alpha) };
  },
  newcombe_paired_diff(input) {
    const { a, b, c, d } = inputs.NewcombeInput.parse(input);
    const found = newcombe({ both: a, onlyFirst: b, onlySecond: c, neither: d });
    return { diff: found.difference, ci95: ends(found) };
  },
  paired(input) {
    const { a, b } = inputs.PairedInput.parse(input);
    // The file writes differences as a - b.
    const found = paired(b, a);
    const differences = a.map((value, i) => value - (b[i] ?? Number.NaN));
    const count = (sign: number) => differences.filter((d) => Math.sign(d) === sign).length;
    return {
      n: found.n,
      mean_diff: found.meanDifference,
      sd: found.standardDeviation,
      se: found.standardError,
      t: found.t,
      df: found.degreesOfFreedom,
      p: found.p,
      ci95: ends(found.interval),
      ci95_normal: ends(found.normalInterval),
      signflip_exact_p_two_sided: twoSidedSignFlip(differences),
      sign_test_p: signTest(count(-1), count(1)),
      wilcoxon_exact_p_midranks: wilcoxonP(differences),
    };
  },
  pass_at_k(input) {
    const { n, c, k } = inputs.PassInput.parse(input);
    return passAtK(n, c, k);
  },
  pass_hat_k(input) {
    const { n, c, k } = inputs.PassInput.parse(input);
    return passHatK(n, c, k);
  },
  power_n(input) {
    const { omega2, sigmaA2, sigmaB2, KA, KB, delta, alpha, power } = inputs.PowerInput.parse(input);
    const variance = {
      omegaSquared: omega2,
      sigmaFirstSquared: sigmaA2,
      sigmaSecondSquared: sigmaB2,
      repeatsFirst: KA,
      repeatsSecond: KB,
    };
    return casesForPower(variance, delta, { alpha, power });
  },
  real_mcnemar(input) {
    const { dataset, base, head } = inputs.RealPairInput.parse(input);
    const [first, second] = pairedColumns(dataset, base, head);
    const counts = countPairs(first, second);
    const found = paired(first, second);
    const test = mcnemar(counts.onlyFirst, counts.onlySecond);
    const interval = newcombe({ ...counts, onlyFirst: counts.onlySecond, onlySecond: counts.onlyFirst });
    return {
      n: found.n,
      acc_base: mean(first),
      acc_head: mean(second),
      pass_to_fail: counts.onlyFirst,
      fail_to_pass: counts.onlySecond,
      diff: found.meanDifference,
      se_paired: found.standardError,
      se_unpaired: found.unpairedStandardError,
      mcnemar_chi2: test.chiSquare,
      mcnemar_chi2_cc: test.correctedChiSquare,
      mcnemar_exact_p: test.exactP,
      mcnemar_mid_p: test.midP,
      newcombe_head_minus_base: ends(interval),
      corr: correlation(first, second),
    };
  },
  real_paired(input) {
    const { dataset, base, head, metric, pass_threshold } = inputs.RealPairedInput.parse(input);
    const [first, second] = pairedRuns(dataset, base, head, metric);
    const found = paired(first, second);
    const passes = (values: number[]) =>
      values.map((value) => (pass_threshold !== null && value >= pass_threshold ? 1 : 0));
    const counts = countPairs(passes(first), passes(second));
    const test = mcnemar(counts.onlyFirst, counts.onlySecond);
    return {
      n: found.n,
      mean_base: mean(first),
      mean_head: mean(second),
      mean_diff: found.meanDifference,
      se: found.standardError,
      t: found.t,
      p: found.p,
      se_unpaired: found.unpairedStandardError,
      ties: found.ties,
      pass_base: counts.both + counts.onlyFirst,
      pass_head: counts.both + counts.onlySecond,
      pass_to_fail: counts.onlyFirst,
      fail_to_pass: counts.onlySecond,
      mcnemar_exact_p: test.exactP,
      mcnemar_mid_p: test.midP,
    };
  },
  sign_test_power_n(input) {
    const { win_rate, alpha, power, sides } = inputs.SignPowerInput.parse(input);
    return signTestPairs(win_rate, { alpha, power, sides });
  },
  sprt_bounds(input) {
    const { alpha, beta } = inputs.SprtInput.parse(input);
    const { accept, reject } = sprtBounds(alpha, beta);
    return { logA: accept, logB: reject };
  },
  t_quantile(input) {
    const { p, df } = inputs.StudentQuantileInput.parse(input);
    return tQuantile(p, df);
  },
  t_two_sided_p(input) {
    const { t, df } = inputs.StudentPInput.parse(input);
    return 2 * tCdf(-Math.abs(t), df);
  },
  z_quantile(input) {
    return normalQuantile(inputs.QuantileInput.parse(input).p);
  },
};

/** A 2 × 2 table of paired passes (1) and failures (0). */
function countPairs(first: number[], second: number[]) {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for (const [i, value] of first.entries()) {
    const other = second[i];
    counts[value === 1 ? (other === 1 ? "both" : "onlyFirst") : other === 1 ? "onlySecond" : "neither"]++;
  }
  return counts;
}
