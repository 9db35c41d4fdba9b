import type { EvalCase } from "../../repository/suite.ts";
import { type Passage, passagesOf } from "./passages.ts";
import { questionKeys } from "./question.ts";

/** What a case says, read once: a suite scores the same case on both sides and in every repeat. */
export interface CaseReading {
  passages: readonly Passage[];
  /** Keys of the inputs. */
  question: ReadonlySet<string>;
  /** Keys of inputs and context together. */
  known: ReadonlySet<string>;
}

const readings = new WeakMap<EvalCase, CaseReading>();

export function readCase(evalCase: EvalCase): CaseReading {
  const kept = readings.get(evalCase);
  if (kept !== undefined) return kept;
  const passages = passagesOf(evalCase.context);
  const question = questionKeys(evalCase);
  const known = new Set([...question, ...passages.flatMap((passage) => [...passage.keys])]);
  const reading = { passages, question, known };
  readings.set(evalCase, reading);
  return reading;
}
