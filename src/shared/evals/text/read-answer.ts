import type { Sample, ScoringInput } from "../sample.ts";
import { type Claim, claimsOf } from "./claims.ts";
import { readCase } from "./read-case.ts";

const claimsBySample = new WeakMap<Sample, readonly Claim[]>();

/** The claims of a sample's answer, read once for all the evaluators that ask. */
export function readClaims({ case: evalCase, sample }: ScoringInput): readonly Claim[] {
  const kept = claimsBySample.get(sample);
  if (kept !== undefined) return kept;
  const claims = claimsOf(sample.output, readCase(evalCase).known);
  claimsBySample.set(sample, claims);
  return claims;
}
