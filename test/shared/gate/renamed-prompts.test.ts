import { describe, expect, test } from "vitest";
import { buildPlan } from "../../../src/shared/gate/build-plan.ts";
import { helloFiles, helloPrompt, helloSuite, readFiles } from "../repository/memory-repository.ts";
import { planningGate } from "./plan-of.ts";

const { "prompts/hello.prompt.md": _, ...withoutPrompt } = helloFiles;
const { "evals/hello-suite.yaml": __, ...withoutBoth } = withoutPrompt;
const renamed = (text: string) => ({ "prompts/welcome.prompt.md": text.replace("name: hello", "name: welcome") });
const easy = helloSuite.replace("hello-suite", "easy").replace("[hello]", "[welcome]").replace("0.8", "0.1");
const plan = async (head: Record<string, string>) =>
  buildPlan(planningGate, { base: await readFiles(helloFiles), head: await readFiles(head) }).plan;
const compared = ({ comparisons }: Awaited<ReturnType<typeof plan>>) =>
  comparisons.map(({ suite, prompt, rules, isNew }) => [suite, prompt, rules, isNew ? "new" : "compared"].join(" "));

describe("a prompt that is renamed", () => {
  test("is compared with what it was, under the suite that follows it", async () => {
    const suite = { "evals/hello-suite.yaml": helloSuite.replace("[hello]", "[welcome]") };
    const planned = await plan({ ...withoutPrompt, ...renamed(helloPrompt.replace("briefly", "warmly")), ...suite });
    expect(compared(planned)).toEqual(["hello-suite welcome base compared", "hello-suite welcome head compared"]);
    expect(planned.diffs.map(({ added, baseVersion }) => [added, baseVersion])).toEqual([[undefined, "1.0.0"]]);
    expect(planned.edits).toEqual([]);
  });

  test("bad input: a suite that is deleted with the renaming runs as the base has it, and is named", async () => {
    const planned = await plan({ ...withoutBoth, ...renamed(helloPrompt), "evals/easy.yaml": easy });
    expect(compared(planned)).toEqual(["easy welcome head new", "hello-suite welcome base compared"]);
    expect(planned.edits.join("\n")).toContain("evals/hello-suite.yaml: the suite is deleted");
  });

  test("is a new prompt where less than half of its text stays; a suite that goes with the old one is named", async () => {
    const other = helloPrompt.replace("You answer briefly.", "Translate what follows into Dutch, line by line, as is.");
    const planned = await plan({ ...withoutBoth, ...renamed(other), "evals/easy.yaml": easy });
    expect(compared(planned)).toEqual(["easy welcome head new"]);
    expect(planned.edits).toEqual(["evals/hello-suite.yaml: the suite is deleted"]);
  });
});
