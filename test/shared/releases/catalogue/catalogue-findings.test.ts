import { describe, expect, test } from "vitest";
import { catalogueContent } from "../../../../src/shared/releases/catalogue/catalogue-content.ts";
import { catalogueFindings, type OfferedModel } from "../../../../src/shared/releases/catalogue/catalogue-findings.ts";
import { routedModels } from "../../../../src/shared/releases/catalogue/routed-models.ts";
import type { AiRepository } from "../../../../src/shared/repository/ai-repository.ts";
import { release } from "../tell/told-facts.ts";

const now = new Date("2026-11-20T10:00:00.000Z");
const offer = (version: string, change: Partial<OfferedModel> = {}): OfferedModel => ({
  ...{ format: "OpenAI", name: "gpt-5-mini", version, lifecycle: "GenerallyAvailable", retiresAt: undefined },
  ...{ certainty: undefined, replacement: undefined, ...change },
});
const routed = (version: string) => [{ name: "gpt-5-mini", version, by: ["routing/chat.yaml"] }];
const of = (version: string, ...offered: OfferedModel[]) =>
  catalogueFindings(routed(version), offered, now).map((finding) => finding.id);

describe("a newer version", () => {
  test("is the newest that is generally available", () => {
    const offered = [offer("2025-08-07"), offer("2026-02-01"), offer("2026-08-06"), offer("2025-01-01")];
    expect(of("2025-08-07", ...offered)).toEqual(["newer:gpt-5-mini:2025-08-07:2026-08-06"]);
    expect(of("2026-08-06", ...offered)).toEqual([]);
    expect(of("2", offer("10"), offer("3"))).toEqual(["newer:gpt-5-mini:2:10"]);
  });

  test.each([
    ["a preview", offer("2026-08-06", { lifecycle: "Preview" })],
    ["retired itself", offer("2026-08-06", { lifecycle: "Deprecated" })],
    ["about to go", offer("2026-08-06", { retiresAt: "2026-12-01T00:00:00Z" })],
    ["of another model", offer("2026-08-06", { name: "gpt-5" })],
    ["of versions that cannot be compared", offer("turbo-2")],
  ])("is not %s", (_, offered) => {
    expect(of("2025-08-07", offer("2025-08-07"), offered)).toEqual([]);
  });
});

describe("a retirement", () => {
  test.each([
    ["in 90 days", "2027-02-18T10:00:00Z", ["retires:gpt-5-mini:2025-08-07"]],
    ["a second later than that", "2027-02-18T10:00:01Z", []],
    ["long ago", "2026-01-01T00:00:00Z", ["retires:gpt-5-mini:2025-08-07"]],
  ])("%s", (_, retiresAt, ids) => {
    expect(of("2025-08-07", offer("2025-08-07", { retiresAt }))).toEqual(ids);
  });

  test("that has no date is one as soon as the model is called deprecated", () => {
    expect(of("2025-08-07", offer("2025-08-07", { lifecycle: "Deprecated" }))).toHaveLength(1);
    expect(of("2025-08-07", offer("2025-08-07", { lifecycle: "Deprecating" }))).toEqual([]);
  });
});

test("what the catalogue does not list is no finding", () => {
  expect(of("2020-01-01")).toEqual([]);
});

test("models are those that routes and manifests name, and those that releases serve", () => {
  const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
  const repository = {
    routes: [{ path: "routing/chat.yaml", targets: { mini: { model: "gpt-5-mini", version: "2025-08-07" } } }],
    releases: [
      {
        path: "releases/chat.yaml",
        targets: [
          { kind: "deployment", to: { model } },
          { kind: "route", to: {} },
        ],
      },
    ],
  } as unknown as AiRepository;
  const serving = release("r1", {
    pointers: { "deployment:chat": { kind: "deployment", deployment: "chat--v1", model } },
  });
  const targets = [{ id: "chat", kind: "deployment" as const, alias: "chat", current: "r1", epoch: 1 }];
  expect(routedModels(repository, [serving], targets)).toEqual([
    { name: "gpt-4.1", version: "2025-04-14", by: ["releases/chat.yaml", "r1"] },
    { name: "gpt-5-mini", version: "2025-08-07", by: ["routing/chat.yaml"] },
  ]);
});

test("the issue says what, until when, what its maker names in its place, and who names the model", () => {
  const retiring = { retiresAt: "2027-01-15T00:00:00Z", certainty: "Planned", replacement: "gpt-5.1 <b>@all</b>" };
  const offered = [offer("2025-08-07", retiring), offer("2026-08-06")];
  const { title, body } = catalogueContent(catalogueFindings(routed("2025-08-07"), offered, now));
  expect(title).toBe("Model catalogue: a retirement, a newer version");
  expect(body).toContain("retires on 2027-01-15 (planned)");
  expect(body).toContain("version `2026-08-06` is there");
  expect(body).toContain("`routing/chat.yaml`");
  expect(body).not.toMatch(/<b>@all<\/b>(?!`)/);
});
