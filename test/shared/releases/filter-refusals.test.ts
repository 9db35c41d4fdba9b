import { describe, expect, test } from "vitest";
import { filterRefusals } from "../../../src/shared/releases/promotion/filter-refusals.ts";
import type { PromotionFacts } from "../../../src/shared/releases/promotion/promotion.ts";
import type { StandingFilter } from "../../../src/shared/releases/promotion/standing-filters.ts";
import { standingFilters } from "../../../src/shared/releases/promotion/standing-filters.ts";
import { promptReaches } from "../../../src/shared/releases/prompt-reach.ts";
import type { ReleaseState, TargetState } from "../../../src/shared/releases/release-state.ts";
import { SafetyPolicy } from "../../../src/shared/repository/safety-policy.ts";
import { helloPrompt } from "../repository/memory-repository.ts";
import { goodFacts } from "./facts.ts";
import { deployment, manifest, readManifest } from "./manifests.ts";

const good = await goodFacts();

describe("the content filter of a release that moves no deployment", () => {
  const asking = (block: string) => ({
    "prompts/hello.prompt.md": helloPrompt.replace(
      "model: gpt-4.1@2025-04-14\n",
      `model: chat\nsafety: { ${block} }\n`,
    ),
  });
  const digest = "d".repeat(64);
  const bound = `  - { id: hello, kind: prompt, alias: hello, to: { digest: ${digest} } }\n`;
  const agent = `  - { id: a, kind: agent, alias: a, to: { version: "8", prompt: hello, deployment: talk } }\n`;
  const declared = "safetyPolicy: { contentFilter: strict, blocklists: [names], pii: block }\n";
  const facts = async (
    block: string,
    own: Parameters<typeof manifest>[0],
    filters: [string, StandingFilter][] = [],
    files: Record<string, string> = asking(block),
  ): Promise<PromotionFacts> => {
    const { release, repository } = await readManifest(manifest(own), files);
    if (!release) throw new Error("no manifest");
    const { base: _, ...rest } = good;
    const reaches = promptReaches(release, repository);
    return { ...rest, release, prompts: repository.prompts, reaches, filters: new Map(filters) };
  };
  const found = async (...asked: Parameters<typeof facts>) => filterRefusals(await facts(...asked));
  const strict: StandingFilter = { contentFilter: "strict" };

  test("is what the release behind its deployment declared, or what it declares itself; nothing known is no leave", async () => {
    for (const block of ["pii: block", "blocklists: [names]", "contentFilter: strict", "groundedness: required"]) {
      const [unknown] = await found(block, { digest, targets: bound });
      expect(unknown?.code, block).toBe("weakerContentFilter");
      expect(unknown?.reason).toContain("nothing says which content filter stands before `chat`");
      expect(unknown?.mend).toContain("safetyPolicy");
    }
    expect(await found("pii: redact", { digest, targets: bound })).toEqual([]);
    expect(await found("pii: block", { digest, targets: bound, more: declared })).toEqual([]);
    expect(await found("contentFilter: strict", { digest, targets: bound }, [["chat", strict]])).toEqual([]);
    expect(
      await found("contentFilter: strict", { digest, targets: bound }, [["chat", { contentFilter: "lax" }]]),
    ).toMatchObject([{ reason: "The prompt `hello` asks for the content filter `strict`, and `lax` is named." }]);
    expect(await found("blocklists: [names]", { digest, targets: bound }, [["chat", strict]])).toHaveLength(1);
  });

  test("that declares a policy of another filter than the one that serves says nothing of that one", async () => {
    const own = { digest, targets: bound, more: declared };
    expect(await found("pii: block", own, [["chat", { contentFilter: "lax" }]])).toHaveLength(1);
    expect(await found("pii: block", own, [["chat", strict]])).toEqual([]);
  });

  test("that it makes itself is not spoken for by a policy of another one", async () => {
    const own = { targets: deployment(2), digest };
    for (const block of ["pii: block", "blocklists: [names]"]) {
      expect(await found(block, { ...own, more: declared }), block).toEqual([]);
      const [refused] = await found(block, { ...own, more: declared.replace("strict", "other") });
      expect(refused, block).toMatchObject({ code: "weakerContentFilter", mend: expect.stringContaining("`strict`") });
    }
  });

  test("is that of what its agents and routes call, whether or not it binds the prompt", async () => {
    const one = await found("pii: block", { targets: agent });
    expect(one).toMatchObject([{ reason: expect.stringContaining("before `talk`") }]);
    expect(await found("pii: block", { targets: agent, more: declared })).toEqual([]);
    const routed = {
      "prompts/hello.prompt.md": helloPrompt.replace(
        "model: gpt-4.1@2025-04-14\n",
        "route: way\nsafety: { pii: block }\n",
      ),
      "routing/way.yaml":
        'schema: assay/routes/v1\nname: way\nowner: ada\ntargets:\n  a: { deployment: one, model: m, version: "1", contextWindow: 1000 }\n  b: { deployment: two, model: m, version: "1", contextWindow: 1000 }\nrules: []\ndefault: { pick: a }\n',
    };
    const route = `  - { id: way, kind: route, alias: way, to: { digest: ${digest} } }\n`;
    const refused = await found(
      "",
      { targets: route },
      [["one", { contentFilter: "strict", safetyPolicy: blocking }]],
      routed,
    );
    expect(refused).toMatchObject([{ reason: expect.stringContaining("before `two`") }]);
  });

  const blocking = SafetyPolicy.parse({ contentFilter: "strict", pii: "block" });
});

test("a filter is known of what a release serves under an alias or made under a number, and of nothing else", async () => {
  const { repository } = await readManifest(manifest({ targets: deployment(2) }));
  const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
  const pointers = { "deployment:chat": { kind: "deployment", deployment: "chat--v2", model } };
  const state = { releaseId: "r1", name: "chat", commit: "c", status: "verified", pointers } as unknown as ReleaseState;
  const target: TargetState = { id: "chat", kind: "deployment", alias: "chat", current: "r1", epoch: 0 };
  const read = async () => repository;
  const names = ["chat", "chat--v2", "chat--v1", "gpt-4.1"];
  const strict = { contentFilter: "strict" };
  expect(await standingFilters(names, { targets: [target], releases: [state], read })).toEqual(
    new Map([
      ["chat", strict],
      ["chat--v2", strict],
    ]),
  );
  const served = { targets: [{ ...target, current: "by-hand" }], releases: [], read };
  expect(await standingFilters(names, served)).toEqual(new Map());
});
