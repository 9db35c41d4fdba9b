import { describe, expect, test } from "vitest";
import { routingOfModel, targetSteps } from "../../../src/shared/routing/target-steps.ts";
import { readRoute, routeFile, rule } from "./routes.ts";

const steps = (base: string, head: string) =>
  targetSteps(readRoute(base), readRoute(head)).map((step) => `${step.base?.name} ${step.head.name}`);
const both = (mini: number, large: number) =>
  `{ targets: [{ target: mini, weight: ${mini} }, { target: large, weight: ${large} }] }`;

describe("targetSteps", () => {
  test("an unchanged route reaches its targets and moves nothing; what no rule reaches is left out", () => {
    const text = routeFile([rule("pro", "{ tier: pro }")], { fallback: "[{ target: large, on: [server] }]" });
    expect(steps(text, text)).toEqual(["large large", "mini mini"]);
    const off = routeFile([rule("pro", "{ tier: pro }", both(1, 0))]);
    expect(steps(off, off)).toEqual(["mini mini"]);
  });

  test("a rule that is switched off reaches no target; one that is on again is compared with nothing", () => {
    const fallback = "fallback: [{ target: tiny, on: [server] }]";
    const on = routeFile([rule("pro", "{ tier: pro }", "large", fallback)]);
    const off = routeFile([rule("pro", "{ tier: pro }", "large", `${fallback}, off: { answer: Later. }`)]);
    expect(steps(on, off)).toEqual(["mini mini"]);
    expect(steps(off, on)).toEqual(["undefined large", "undefined tiny", "mini mini"]);
  });

  test("a rule's new target is compared with where its requests went", () => {
    expect(steps(routeFile([]), routeFile([], { pick: "large" }))).toEqual(["mini large"]);
    const canary = "{ targets: [{ target: mini, weight: 1 }], canary: { target: large, percent: 5, salt: s } }";
    expect(steps(routeFile([]), routeFile([], { pick: canary }))).toEqual(["mini mini", "mini large"]);
  });

  test("a share that grows comes from the one that loses; a share that shrinks moves nowhere new", () => {
    expect(steps(routeFile([], { pick: both(9, 1) }), routeFile([], { pick: both(5, 5) }))).toEqual([
      "mini mini",
      "mini large",
      "large large",
    ]);
    expect(steps(routeFile([], { pick: both(9, 1) }), routeFile([]))).toEqual(["large mini", "mini mini"]);
  });

  test("a target that changes under its name is compared with what it was", () => {
    const was = routeFile([], { pick: both(1, 1) });
    const is = was.replace("deployment: gpt-4.1,", "deployment: gpt-5,");
    const moved = targetSteps(readRoute(was), readRoute(is)).filter(
      ({ base, head }) => base?.deployment !== head.deployment,
    );
    expect(moved.map(({ base, head }) => [base?.deployment, head.deployment])).toEqual([["gpt-4.1", "gpt-5"]]);
    const cooler = was.replace("contextWindow: 200000", "contextWindow: 200000, parameters: { temperature: 0 }");
    expect(targetSteps(readRoute(was), readRoute(cooler)).map(({ head }) => head.parameters)).toContainEqual({
      temperature: 0,
    });
  });

  test("a new rule is compared with the rule that its requests met; so is a removed one, and one that moves", () => {
    const [pro, german] = [rule("pro", "{ tier: pro }", "large"), rule("german", "{ locale: de }", "tiny")];
    expect(steps(routeFile([pro]), routeFile([pro, german]))).toEqual(["large large", "mini tiny", "mini mini"]);
    expect(steps(routeFile([pro, german]), routeFile([pro]))).toEqual(["large large", "tiny mini", "mini mini"]);
    // German requests of pros alone meet another rule.
    expect(steps(routeFile([pro, german]), routeFile([german, pro]))).toEqual([
      "large tiny",
      "tiny tiny",
      "large large",
      "mini mini",
    ]);
  });

  test("a new fallback is compared with the target that it stands in for", () => {
    const fallback = "[{ target: large, on: [server] }]";
    expect(steps(routeFile([]), routeFile([], { fallback }))).toEqual(["mini mini", "mini large"]);
    expect(steps(routeFile([], { fallback }), routeFile([], { fallback }))).toEqual(["mini mini", "large large"]);
  });

  test("what explains a rule moves nothing", () => {
    const text = routeFile([rule("pro", "{ tier: pro }")]);
    expect(steps(text, text.replace("measured better", "measured much better"))).toEqual(["large large", "mini mini"]);
  });

  test("a prompt that goes from its model to a route, and a new prompt", () => {
    const model = routingOfModel({ deployment: "gpt-4.1-mini", version: "2025-04-14" });
    const route = readRoute(routeFile([], { pick: both(1, 1) }));
    expect(targetSteps(model, route).map((step) => `${step.base?.name} ${step.head.name}`)).toEqual([
      "gpt-4.1-mini mini",
      "gpt-4.1-mini large",
    ]);
    expect(targetSteps(undefined, route)).toEqual([
      { head: expect.objectContaining({ name: "mini" }) },
      { head: expect.objectContaining({ name: "large" }) },
    ]);
  });
});
