import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { usualRules } from "../../../src/shared/releases/watch/usual-rules.ts";
import { digestOf } from "../../../src/shared/repository/digest.ts";
import { flipOrder } from "../../../src/shared/repository/flip-order.ts";
import { lintChange } from "../../../src/shared/repository/lint.ts";
import { parseRelease } from "../../../src/shared/repository/parse-release.ts";
import type { ReleaseTarget } from "../../../src/shared/repository/release-target.ts";
import { deployment, manifest, readFiles, readManifest } from "../releases/manifests.ts";
import { routeFile } from "../routing/routes.ts";

const digest = async () => (await readFiles({})).prompts[0]?.contentDigest ?? "";
const other = "f".repeat(64);

describe("a manifest", () => {
  test("is read with its defaults, and has nothing to mend", async () => {
    const { release, found } = await readManifest(manifest({ digest: await digest() }));
    expect(found).toEqual([]);
    expect(release).toMatchObject({
      stage: "prod",
      atomic: false,
      standby: { kind: "hot", hours: 24 },
      watch: { mode: "observe", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 } },
    });
    expect(release?.watch.rules[0]).toMatchObject({ ratio: 1.25, critical: false });
  });

  test("keeps its digest when only its layout changes", async () => {
    const { release } = await readManifest(manifest());
    const spaced = await readManifest(manifest().replace("targets:\n", "# what flips\ntargets:\n\n"));
    expect(spaced.release?.digest).toBe(release?.digest);
    expect((await readManifest(manifest({ targets: deployment(3) }))).release?.digest).not.toBe(release?.digest);
  });

  test("bad input: what it names has to be there", async () => {
    const agent = (to: string) => manifest({ targets: `  - { id: a, kind: agent, alias: helper, to: ${to} }\n` });
    const found = async (text: string) => (await readManifest(text)).found.map((one) => one.replace(/: .*/, ""));
    expect(await found(manifest({ more: `prompts: [{ name: gone, digest: ${other} }]\n` }))).toEqual([
      "release/unknown-prompt 8:19",
    ]);
    expect(await found(manifest({ more: `routes: [{ name: gone, digest: ${other} }]\n` }))).toEqual([
      "release/unknown-route 8:18",
    ]);
    expect(await found(manifest({ more: "smoke: { suites: [hello-suite, gone] }\n" }))).toEqual([
      "release/unknown-suite 8:32",
    ]);
    expect(await found(manifest({ more: `schemas: [{ path: gone.json, digest: ${other} }]\n` }))).toEqual([
      "file/not-found 8:19",
    ]);
    expect(await found(agent('{ version: "7", deployment: gone, prompt: hello }'))).toEqual([
      "release/unknown-deployment 7:74",
    ]);
    expect(await found(agent('{ version: "7", prompt: gone }'))).toEqual(["release/unknown-prompt 7:70"]);
    expect(
      await found(manifest({ targets: deployment(1).replace("alias: chat,", "alias: chat, dependsOn: [x],") })),
    ).toEqual(["release/unknown-target 7:60"]);
  });

  test("bad input: a digest that is not the file's comes with the one that is", async () => {
    const is = await digest();
    const { found } = await readManifest(manifest({ digest: other }));
    expect(found).toEqual([`release/stale-digest 6:34: Write \`${is}\`.`]);
    const route = routeFile([]);
    const { repository } = await readManifest(manifest(), { "routing/chat.yaml": route });
    const bound = manifest({ more: `routes: [{ name: chat, digest: ${other} }]\n` });
    expect((await readManifest(bound, { "routing/chat.yaml": route })).found).toEqual([
      `release/stale-digest 8:32: Write \`${repository.routes[0]?.digest}\`.`,
    ]);
    const schemas = manifest({ more: `schemas: [{ path: ../tool.json, digest: ${other} }]\n` });
    expect((await readManifest(schemas, { "tool.json": '{ "b": 1, "a": 2 }' })).found).toEqual([
      `release/stale-digest 8:41: Write \`${digestOf({ a: 2, b: 1 })}\`.`,
    ]);
  });

  test("bad input: a target points to what the manifest binds", async () => {
    const is = await digest();
    const targets = (to: string) => `  - { id: p, kind: prompt, alias: hello, to: { digest: ${to} } }\n`;
    expect((await readManifest(manifest({ targets: targets(is), digest: is }))).found).toEqual([]);
    expect((await readManifest(manifest({ targets: targets(other), digest: is }))).found).toEqual([
      `release/stale-digest 8:56: Write \`${is}\`.`,
    ]);
    expect((await readManifest(manifest({ targets: targets(is) }))).found[0]).toMatch(/^release\/unbound 7:/);
  });

  test("bad input: no owner, no runbook, no watch rules", async () => {
    const places = async (text: string) => (await readManifest(text)).found.map((one) => one.split(":", 1)[0]);
    expect(await places(manifest().replace("owner: ada\n", ""))).toEqual(["release/invalid 1"]);
    expect(await places(manifest().replace("owner: ada", 'owner: " "'))).toEqual(["release/invalid 3"]);
    expect(await places(manifest().replace(/runbook.*\n/, ""))).toEqual(["release/no-runbook 2"]);
    expect(await places(manifest({ rest: "" }))).toEqual(["release/no-watch-rules 2"]);
    expect(await places(manifest({ rest: "watch: { mode: act }\n" }))).toEqual(["release/no-watch-rules 8"]);
  });

  test("who has no watch rules is told the usual ones that one arm alone can break", async () => {
    const { found } = await readManifest(manifest({ rest: "" }));
    const [, advice = ""] = /Add `(watch: .*)`/.exec(found[0] ?? "") ?? [];
    const { release, found: after } = await readManifest(manifest({ rest: `${advice}\n` }));
    expect(after).toEqual([]);
    expect(release?.watch.rules).toEqual(usualRules.rules.filter(({ against }) => against === "sameHour"));
  });

  test("bad input: circles, one id or one alias twice", async () => {
    const target = (id: string, alias: string, more = "") =>
      deployment(1, more).replace("id: chat", `id: ${id}`).replaceAll("chat", alias);
    const after = (on: string, text: string) => text.replace("kind:", `dependsOn: [${on}], kind:`);
    const found = async (...targets: string[]) =>
      (await readManifest(manifest({ targets: targets.join("") }))).found.map((one) => one.split(" ", 1)[0]);
    expect(await found(after("b", target("a", "one")), after("a", target("b", "two")))).toEqual([
      "release/dependency-cycle",
    ]);
    expect(await found(after("a", target("a", "one")))).toEqual(["release/dependency-cycle"]);
    expect(await found(target("a", "one"), target("a", "two"))).toEqual(["release/duplicate-target"]);
    expect(await found(target("a", "one"), target("b", "one"))).toEqual(["release/duplicate-alias"]);
    const twin = await readManifest(manifest(), { "releases/also.yaml": manifest({ name: "also" }) });
    expect(twin.found.map((one) => one.split(" ", 1)[0])).toEqual(["release/duplicate-alias"]);
    // Whichever of them a change brings: what is told of the other's file alone would not hold it up.
    const later = await readManifest(manifest(), { "releases/later.yaml": manifest({ name: "later" }) });
    expect(later.found.map((one) => one.split(" ", 1)[0])).toEqual(["release/duplicate-alias"]);
    const named = await readManifest(manifest(), { "releases/z/chat.yaml": manifest({ stage: "staging" }) });
    expect(named.found.map((one) => one.split(" ", 1)[0])).toEqual(["release/duplicate-name"]);
    const staged = await readManifest(manifest(), {
      "releases/also.yaml": manifest({ name: "also", stage: "staging" }),
    });
    expect(staged.found).toEqual([]);
  });

  test("bad input: a runbook that is not there", async () => {
    const found = async (runbook: string) =>
      (await readManifest(manifest().replace("docs/night.md", runbook))).found.map((one) => one.split(" ", 1)[0]);
    for (const there of ["docs/night.md", "../docs/night.md", '"docs/night.md#rollback"', "https://wiki.example/night"])
      expect(await found(there), there).toEqual([]);
    for (const gone of ["docs/day.md", "night.md", "../../docs/night.md", "call ada"])
      expect(await found(gone), gone).toEqual(["release/unknown-runbook"]);
  });

  test("bad input: a ratio in percent, which nothing would ever reach", async () => {
    const rule = (text: string) => `watch: { rules: [{ id: a, ${text} }] }\n`;
    const found = async (text: string) => (await readManifest(manifest({ rest: rule(text) }))).found;
    expect(await found("metric: errorRatio, against: absolute, above: 5")).toEqual([
      expect.stringMatching(/^release\/invalid 8:/),
    ]);
    expect(await found("metric: throttledRatio, against: sameHour, floor: 1")).toHaveLength(1);
    expect(await found("metric: errorRatio, against: absolute, above: 0.05")).toEqual([]);
    expect(await found("metric: latencyP95Ms, against: absolute, above: 5000")).toEqual([]);
    expect(await found("metric: latencyP95Ms, against: concurrentArm, floor: 200")).toEqual([]);
  });

  test("bad input: a deployment without a content filter", async () => {
    const { found } = await readManifest(manifest().replace(", contentFilter: strict", ""));
    expect(found).toEqual([expect.stringMatching(/^release\/no-content-filter 7:.*contentFilter:/)]);
  });

  test("bad input: versions that are not exact", async () => {
    const found = async (from: string, to: string) =>
      (await readManifest(manifest().replace(from, to))).found.map((one) => one.split(" ", 1)[0]);
    for (const version of ["latest", "auto-1", "2025 04", "@1"])
      expect(await found("2025-04-14", version), version).toEqual(["release/bad-version"]);
    for (const name of ["chat", "chat--v0", "chat--v01", "chat-v2", "other--v2", "chat--v2--v"])
      expect(await found("chat--v2", name), name).toEqual(["release/bad-version"]);
    expect(await found("chat--v2", "chat--v42")).toEqual([]);
    const agent = manifest({ targets: '  - { id: a, kind: agent, alias: helper, to: { version: "@latest" } }\n' });
    expect((await readManifest(agent)).found[0]).toMatch(/^release\/bad-version 7:/);
  });

  test("bad input: a versioned deployment is never edited, and its number does not go down", async () => {
    const change = async (before: string, after: string) => {
      const [base, head] = await Promise.all(
        [before, after].map((targets) => readFiles({ "releases/chat.yaml": manifest({ targets }) })),
      );
      return base && head
        ? lintChange(base, head).map(({ code, line, column, fix }) => `${code} ${line}:${column} ${fix}`)
        : [];
    };
    expect(await change(deployment(2), deployment(2).replace("2025-04-14", "2025-09-01"))).toEqual([
      "release/version-edited 7:66 Write `deployment: chat--v3`.",
    ]);
    expect(await change(deployment(2), deployment(2).replace("capacity: 50", "capacity: 80"))).toEqual([]);
    expect(await change(deployment(3), deployment(2))).toEqual([
      expect.stringMatching(/^release\/version-not-raised 7:66/),
    ]);
    expect(await change(deployment(2), deployment(3).replace("2025-04-14", "2025-09-01"))).toEqual([]);
  });

  test("bad input: any text is a manifest or a finding, never a crash", () => {
    const pieces = fc.constantFrom(
      "targets:",
      "  - { id: a",
      ", kind: agent",
      " }\n",
      "schema: assay/release/v1\n",
      "&a",
      "*a",
      "\n",
      "watch: {",
      "}",
      "name: x\n",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join("")),
        ),
        (text) => {
          const { release, findings } = parseRelease("releases/x.yaml", new TextEncoder().encode(text));
          expect(release === undefined).toBe(findings.length > 0);
        },
      ),
    );
  });
});

test("targets flip after what they depend on, else as they are written; what is in a circle is told", () => {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const edges = fc.array(fc.subarray(ids), { minLength: ids.length, maxLength: ids.length });
  fc.assert(
    fc.property(edges, (needs) => {
      const targets = ids.map(
        (id, index): ReleaseTarget => ({
          id,
          alias: id,
          kind: "agent",
          dependsOn: needs[index] ?? [],
          to: { version: "1" },
        }),
      );
      const { order, circle } = flipOrder(targets);
      for (const [index, { dependsOn }] of order.entries())
        expect(order.slice(0, index).map(({ id }) => id)).toEqual(expect.arrayContaining(dependsOn));
      // Whoever is left waits for somebody who is left: there is a circle exactly where not all are in order.
      expect(circle.length > 0).toBe(order.length < targets.length);
      for (const { id } of circle) expect(circle.some(({ dependsOn }) => dependsOn.includes(id))).toBe(true);
    }),
  );
});
