import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as client from "../../clients/assay.ts";
import { parsePrompt } from "../../src/shared/repository/parse-prompt.ts";
import { renderPrompt, renderValue } from "../../src/shared/repository/render-prompt.ts";
import type { Route } from "../../src/shared/repository/route.ts";
import { bucketOf } from "../../src/shared/routing/bucket.ts";
import { isActive, type Override, offAnswer, resolveOverridden } from "../../src/shared/routing/override.ts";
import { documentDigest, promptDocument } from "../../src/shared/routing/prompt-document.ts";
import { resolveRoute } from "../../src/shared/routing/resolve-route.ts";
import { readRouteDocument, routeDocument } from "../../src/shared/routing/route-document.ts";
import type { RouteContext } from "../../src/shared/routing/schema.ts";
import { readRoute, routeFile, rule } from "../shared/routing/routes.ts";
import { inPython, withPython } from "./python.ts";

const folder = path.resolve(import.meta.dirname, "../../clients");
const vectors = JSON.parse(readFileSync(path.join(folder, "vectors.json"), "utf8"));
const document: client.RouteDocument = JSON.parse(vectors.document);
const servedPrompt: client.ServedPrompt = JSON.parse(vectors.prompt.document);

interface OverrideVector {
  context: RouteContext;
  override: Override;
  now: string;
}
interface Resolved {
  rule: string;
  arm?: string;
  target?: { name: string } | undefined;
  fallback?: { target: { name: string }; on: string[] }[];
  off?: { answer: string } | undefined;
}
/** A rule that is switched off has an answer and nothing else. */
const shown = ({ rule: id, arm, target, fallback, off }: Resolved) =>
  off
    ? { rule: id, answer: off.answer }
    : {
        rule: id,
        arm,
        target: target?.name,
        fallback: fallback?.map(({ target: next, on }) => ({ target: next.name, on })),
      };

/** What an implementation answers to every vector. */
interface Answers {
  buckets: number[];
  decisions: object[];
  /** Under an operator's override: the target's name, or the answer of a route that is switched off. */
  overridden: { arm?: string; says: string }[];
  /** Of a document that is switched off in parts. */
  switchedOff: object[];
  parameters: object[];
  values: string[];
  renders: (string[] | { problems: string[] })[];
  /** The served prompt: sha256 of its bytes, its own digest, and what it says. */
  prompt: { document: string; digest: string; said: string[] };
}
const expected: Answers = {
  buckets: vectors.buckets.map(({ bucket }: { bucket: number }) => bucket),
  decisions: vectors.decisions.map(({ context: _, ...decision }: { context: object }) => decision),
  overridden: vectors.overridden.map(({ arm, says }: { arm?: string; says: string }) => ({ arm, says })),
  switchedOff: vectors.switchedOff.decisions.map(({ context: _, override: __, ...says }: OverrideVector) => says),
  parameters: vectors.parameters.map(({ merged }: { merged: object }) => merged),
  values: vectors.values.map(({ text }: { text: string }) => text),
  renders: vectors.renders.map(({ rendered, problems }: { rendered?: string[]; problems?: string[] }) =>
    rendered ? rendered : { problems },
  ),
  prompt: { document: vectors.prompt.sha256, digest: vectors.prompt.digest, said: vectors.prompt.said },
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const decisionsBy = (resolve: (context: RouteContext) => Resolved) =>
  vectors.decisions.map(({ context }: { context: RouteContext }) => shown(resolve(context)));

const partlyOff: client.RouteDocument = JSON.parse(vectors.switchedOff.document);
const offNow = new Date(vectors.switchedOff.now);

function clientRender(prompt: client.PromptDocument & { given: Record<string, client.InputValue> }) {
  try {
    return client.render(prompt, prompt.given).map(({ content }) => content);
  } catch (thrown) {
    if (thrown instanceof client.RenderError) return { problems: [...new Set(thrown.inputs)] };
    throw thrown;
  }
}

describe("the shared vectors hold", () => {
  test("for the product", () => {
    const route = readRouteDocument(vectors.document, vectors.digest, "routing/support.yaml");
    expect(vectors.buckets.map(({ salt, key }: { salt: string; key: string }) => bucketOf(salt, key))).toEqual(
      expected.buckets,
    );
    expect(decisionsBy((context) => resolveRoute(route, context))).toEqual(expected.decisions);
    const overridden = vectors.overridden.map(({ context, override, now }: OverrideVector) => {
      const { arm, ...decision } = resolveOverridden(
        route,
        context,
        isActive(override, new Date(now)) ? override : undefined,
      );
      if (decision.override?.kind === "off") return { says: decision.override.answer };
      return { arm, says: decision.target.name };
    });
    expect(overridden).toEqual(expected.overridden);
    const { document: text, digest: own, decisions } = vectors.switchedOff;
    const offRoute = readRouteDocument(text, own, "routing/support.yaml");
    expect(
      decisions.map(({ context, override }: OverrideVector) => {
        const decision = resolveOverridden(offRoute, context, isActive(override, offNow) ? override : undefined);
        const answer = offAnswer(decision);
        return shown(answer === undefined ? decision : { ...decision, off: { answer } });
      }),
    ).toEqual(expected.switchedOff);
    expect(vectors.values.map(({ value }: { value: client.InputValue }) => renderValue(value))).toEqual(
      expected.values,
    );
    const { prompt } = parsePrompt("prompts/helper.prompt.md", new TextEncoder().encode(vectors.prompt.file));
    if (!prompt) throw new Error("the vectors' prompt cannot be read");
    expect(promptDocument(prompt)).toBe(vectors.prompt.document);
    expect([documentDigest(vectors.prompt.document), prompt.contentDigest]).toEqual([
      expected.prompt.document,
      expected.prompt.digest,
    ]);
  });

  test("for the TypeScript client", () => {
    const answers: Answers = {
      buckets: vectors.buckets.map(({ salt, key }: { salt: string; key: string }) => client.bucketOf(salt, key)),
      decisions: decisionsBy((context) => client.resolve(document, vectors.digest, context)),
      overridden: vectors.overridden.map(({ context, override, now }: OverrideVector) => {
        const decision = client.resolveOverridden(document, vectors.digest, context, override, new Date(now));
        return decision.off ? { says: decision.off.answer } : { arm: decision.arm, says: decision.target.name };
      }),
      switchedOff: vectors.switchedOff.decisions.map(({ context, override }: OverrideVector) =>
        shown(client.resolveOverridden(partlyOff, vectors.switchedOff.digest, context, override, offNow)),
      ),
      parameters: vectors.parameters.map(({ prompt, target }: { prompt: object; target: object }) =>
        client.parametersOf(prompt, target),
      ),
      values: vectors.values.map(({ value }: { value: client.InputValue }) => client.renderValue(value)),
      renders: vectors.renders.map(clientRender),
      prompt: {
        document: sha256(vectors.prompt.document),
        digest: servedPrompt.digest,
        said: client.render(servedPrompt, vectors.prompt.given).map(({ content }) => content),
      },
    };
    expect(answers).toEqual(expected);
  });

  withPython("for the Python client", async () => {
    const answers = await inPython<Answers>(
      `
def rendered(v):
    try: return [m["content"] for m in assay.render(v, v["given"])]
    except assay.RenderError as error: return {"problems": list(dict.fromkeys(error.inputs))}
def shown(d):
    if "off" in d: return {"rule": d["rule"], "answer": d["off"]["answer"]}
    return {"rule": d["rule"], "arm": d["arm"], "target": d["target"]["name"], "fallback": [{"target": f["target"]["name"], "on": f["on"]} for f in d["fallback"]]}
import hashlib, datetime
def decided(c): return shown(assay.resolve(document, given["digest"], c))
off = given["switchedOff"]
partly_off = json.loads(off["document"])
off_now = datetime.datetime.fromisoformat(off["now"].replace("Z", "+00:00"))
def said(v):
    now = datetime.datetime.fromisoformat(v["now"].replace("Z", "+00:00"))
    d = assay.resolve_overridden(document, given["digest"], v["context"], v["override"], now)
    return {"says": d["off"]["answer"]} if "off" in d else {"arm": d["arm"], "says": d["target"]["name"]}
document = json.loads(given["document"])
prompt = json.loads(given["prompt"]["document"])
answer = {
    "buckets": [assay.bucket_of(v["salt"], v["key"]) for v in given["buckets"]],
    "decisions": [decided(v["context"]) for v in given["decisions"]],
    "overridden": [said(v) for v in given["overridden"]],
    "switchedOff": [shown(assay.resolve_overridden(partly_off, off["digest"], v["context"], v.get("override"), off_now)) for v in off["decisions"]],
    "parameters": [assay.parameters_of(v["prompt"], v["target"]) for v in given["parameters"]],
    "values": [assay.render_value(v["value"]) for v in given["values"]],
    "renders": [rendered(v) for v in given["renders"]],
    "prompt": {
        "document": hashlib.sha256(given["prompt"]["document"].encode()).hexdigest(),
        "digest": prompt["digest"],
        "said": [m["content"] for m in assay.render(prompt, given["prompt"]["given"])],
    },
}`,
      vectors,
    );
    expect(answers).toEqual(expected);
  });
});

const names = fc.constantFrom("mini", "large", "tiny");
const picks = fc.oneof(
  names,
  fc
    .record({
      weights: fc.array(fc.tuple(names, fc.integer({ min: 0, max: 5 })), { minLength: 1, maxLength: 4 }),
      sticky: fc.constantFrom("conversation", "tenant", "none"),
      percent: fc.constantFrom(0, 0.5, 30, 100),
    })
    .map(({ weights, sticky, percent }) => {
      const targets = weights.map(
        ([target, weight], index) => `{ target: ${target}, weight: ${index === 0 ? 1 : weight} }`,
      );
      return `{ targets: [${targets}], sticky: ${sticky}, canary: { target: tiny, percent: ${percent}, salt: s } }`;
    }),
);
const whens = fc.constantFrom(
  "{ tier: pro }",
  "{ locale: { notIn: [de, fr-CA] } }",
  "{ feature: [a, b], promptTokens: { atLeast: 5 } }",
  "{ budgetState: hard, tenant: { notIn: [x] } }",
);
const offs = fc.constantFrom("", "", "", "off: { answer: later }");
const routes = fc.tuple(fc.array(fc.tuple(whens, picks, offs), { maxLength: 4 }), picks).map(
  ([rules, pick]): Route =>
    readRoute(
      routeFile(
        rules.map(([when, own, off], n) => rule(`r${n}`, when, own, off)),
        { pick, fallback: "[{ target: large, on: [server] }, { target: tiny, on: [server, timeout] }]" },
      ),
    ),
);
const optional = { requiredKeys: [] } satisfies { requiredKeys: [] };
const contexts: fc.Arbitrary<RouteContext> = fc.record(
  {
    tenant: fc.constantFrom("x", "y"),
    tier: fc.constantFrom("pro", "free"),
    feature: fc.constantFrom("a", "c"),
    locale: fc.constantFrom("de-AT", "fr", "FR_ca", "den"),
    promptTokens: fc.integer({ min: 0, max: 10 }),
    budgetState: fc.constantFrom("ok", "hard"),
    conversationId: fc.string({ minLength: 1 }),
    requestId: fc.string({ minLength: 1, unit: "grapheme" }),
  },
  optional,
);
const values = fc.jsonValue({ maxDepth: 3, stringUnit: "grapheme" });
const declared = fc.record({
  type: fc.constantFrom("string", "number", "boolean", "list", "object", "any"),
  required: fc.boolean(),
});
const templates = fc
  .array(fc.constantFrom("{{a}}", "{{ b }}", "\\{{a}}", "text ", "{{", "}}", "{%", "{{#a}}", "\\", "{", "}", "ü"), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));

describe("the clients answer as the product does, whatever the route and the request", () => {
  const sampled = fc.sample(fc.tuple(routes, contexts), { numRuns: 400, seed: 7 });
  const decided = sampled.map(([route, context]) => shown(resolveRoute(route, context)));
  const prompts = fc
    .sample(fc.tuple(declared, declared, values, values, templates), { numRuns: 3000, seed: 8 })
    .map(([a, b, givenA, givenB, template]) => ({
      inputs: { a, b },
      messages: [{ role: "system", template }],
      given: { a: givenA, b: givenB },
    }));
  // Which inputs are named is held by the vectors; here, what is refused at all.
  const rendered = prompts.map((prompt) => {
    const said = renderPrompt(prompt as never, prompt.given as never);
    return "messages" in said ? said.messages.map(({ content }) => content) : "refused";
  });

  test("in TypeScript", () => {
    expect(
      sampled.map(([route, context]) => shown(client.resolve(JSON.parse(routeDocument(route)), "", context))),
    ).toEqual(decided);
    expect(
      prompts.map((prompt) => {
        const said = clientRender(prompt as never);
        return Array.isArray(said) ? said : "refused";
      }),
    ).toEqual(rendered);
    expect(rendered.filter((said) => said !== "refused").length).toBeGreaterThan(100);
  });

  withPython("in Python", async () => {
    const numbers = fc.sample(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()), {
      numRuns: 2000,
      seed: 9,
    });
    const answers = await inPython(
      `
def decided(r, c):
    d = assay.resolve(json.loads(r), "", c)
    if "off" in d: return {"rule": d["rule"], "answer": d["off"]["answer"]}
    return {"rule": d["rule"], "arm": d["arm"], "target": d["target"]["name"], "fallback": [{"target": f["target"]["name"], "on": f["on"]} for f in d["fallback"]]}
def rendered(p):
    try: return [m["content"] for m in assay.render(p, p["given"])]
    except assay.RenderError: return "refused"
answer = [[decided(r, c) for r, c in given["routes"]], [rendered(p) for p in given["prompts"]], [assay.canonical_json(n) for n in given["numbers"]]]`,
      { routes: sampled.map(([route, context]) => [routeDocument(route), context]), prompts, numbers },
    );
    expect(answers).toEqual([decided, rendered, numbers.map((number) => JSON.stringify(number))]);
  });
});

test("neither client imports anything but its standard library", () => {
  const typescript = readFileSync(path.join(folder, "assay.ts"), "utf8");
  const python = readFileSync(path.join(folder, "assay.py"), "utf8");
  expect([...typescript.matchAll(/from "([^"]+)"/g)].filter(([, from = ""]) => !from.startsWith("node:"))).toEqual([]);
  const modules = [...python.matchAll(/^(?:import|from) ([\w.]+)/gm)].map(([, name]) => name);
  const standard = [
    "base64",
    "contextlib",
    "datetime",
    "hashlib",
    "http.client",
    "json",
    "math",
    "os",
    "re",
    "tempfile",
    "time",
    "urllib.error",
    "urllib.parse",
    "urllib.request",
    "uuid",
  ];
  expect(modules.filter((name = "") => !standard.includes(name))).toEqual([]);
  expect(spawnSync(process.execPath, ["--check", path.join(folder, "assay.ts")]).status).toBe(0);
});
