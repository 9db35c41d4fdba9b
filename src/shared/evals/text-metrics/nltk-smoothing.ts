/** An n-gram precision as a fraction that is not reduced. */
export interface Precision {
  matched: number;
  total: number;
}

export const SMOOTHING_METHODS = [
  "method0",
  "method1",
  "method2",
  "method3",
  "method4",
  "method5",
  "method6",
  "method7",
] as const;

/** NLTK's `SmoothingFunction` (Chen and Cherry 2014, with NLTK's own readings) and its constants. */
export interface Smoothing {
  method: (typeof SMOOTHING_METHODS)[number];
  epsilon?: number;
  alpha?: number;
  k?: number;
}

/** What the later methods read besides the precisions. */
export interface SmoothingContext {
  /** Tokens of the hypothesis, or of all hypotheses of a corpus. */
  length: number;
  ngramsOf(n: number): number;
  precisionOf(n: number): Precision;
}

/** Python's `sys.float_info.min`: NLTK puts it where nothing matched, so that the logarithm exists. */
const SMALLEST_NORMAL = 2 ** -1022;

/** The precisions as method `method` leaves them. @throws RangeError for method6 without a matching trigram, as NLTK. */
export function smoothed(precisions: readonly Precision[], smoothing: Smoothing, context: SmoothingContext): number[] {
  const { method, epsilon = 0.1, alpha = 5, k = 5 } = smoothing;
  const plain = precisions.map(quotient);
  switch (method) {
    case "method0":
      return precisions.map((p) => (p.matched === 0 ? SMALLEST_NORMAL : quotient(p)));
    case "method1":
      return precisions.map((p) => (p.matched === 0 ? epsilon / p.total : quotient(p)));
    case "method2":
      return precisions.map((p, i) => (i === 0 ? quotient(p) : (p.matched + 1) / (p.total + 1)));
    case "method3":
      return halving(precisions, (step) => 1 / 2 ** step);
    case "method4":
      return method4(precisions, context.length, k);
    case "method5":
      return averaged(plain, quotient(context.precisionOf(5)));
    case "method6":
      return interpolated(precisions, context, alpha);
    case "method7":
      return averaged(method4(precisions, context.length, k), quotient(context.precisionOf(5)));
  }
}

function quotient(precision: Precision): number {
  return precision.matched / precision.total;
}

function halving(precisions: readonly Precision[], numerator: (step: number) => number): number[] {
  let step = 0;
  return precisions.map((p) => {
    if (p.matched > 0) return quotient(p);
    step++;
    return numerator(step) / p.total;
  });
}

function method4(precisions: readonly Precision[], length: number, k: number): number[] {
  if (length <= 1) return precisions.map(quotient);
  return halving(precisions, (step) => Math.log(length) / (2 ** step * k));
}

/** NLTK always looks ahead with the 5-gram precision, whatever the highest order is. */
function averaged(precisions: readonly number[], next: number): number[] {
  const ahead = [...precisions, next];
  let previous = (precisions[0] ?? 0) + 1;
  return precisions.map((precision, i) => {
    previous = (previous + precision + (ahead[i + 1] ?? 0)) / 3;
    return previous;
  });
}

function interpolated(precisions: readonly Precision[], context: SmoothingContext, alpha: number): number[] {
  if ((precisions[2]?.matched ?? 0) === 0) throw new RangeError("method6 needs a matching trigram");
  const values = precisions.map(quotient);
  for (let i = 2; i < values.length; i++) {
    const before = values[i - 2] ?? 0;
    const prior = before === 0 ? 0 : (values[i - 1] ?? 0) ** 2 / before;
    values[i] = ((precisions[i]?.matched ?? 0) + alpha * prior) / (context.ngramsOf(i + 1) + alpha);
  }
  return values;
}
