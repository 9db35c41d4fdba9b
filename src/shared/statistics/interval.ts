/** A confidence interval. */
export interface Interval {
  low: number;
  high: number;
  /** Confidence, e.g. 0.95. */
  level: number;
  /** `two`: half of the error on each side. `one`: all of it on the side that has a finite bound. */
  sides: "one" | "two";
}
