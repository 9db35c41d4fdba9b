import { expect, test } from "vitest";
import { changeText, limitText, meanText } from "../../../src/shared/gate/units.ts";
import { judgedSamples } from "./judged-samples.ts";

const facts = { a: { base: [0.2], head: [0.3] }, b: { base: [0.2], head: [0.2] } };
const shown = (name: string, uses: string) => {
  const metric = judgedSamples(facts, { name, uses, margin: 0.5 }).judged.verdict.metrics[0];
  return metric && [meanText(metric, 0.2), changeText(metric, 0.1), limitText(metric, metric.margin)];
};

test("a number has its evaluator's unit, whatever the suite calls the metric", () => {
  expect(shown("latency", "latency")).toEqual(["0.2 s", "+0.1 s", "0.5 s"]);
  expect(shown("dauer", "latency")).toEqual(["0.2 s", "+0.1 s", "0.5 s"]);
  expect(shown("price-per-answer", "cost")).toEqual(["$0.20", "+$0.10", "$0.50"]);
  expect(shown("cost", "tokens")).toEqual(["0.2", "+0.1", "0.5"]);
  expect(shown("latency", "levenshtein")).toEqual(["20 %", "+10 points", "50 points"]);
});
