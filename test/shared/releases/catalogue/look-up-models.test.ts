import { expect, test } from "vitest";
import { readCatalogue } from "../../../../src/shared/azure/arm-catalogue.ts";
import type { OpenRepository } from "../../../../src/shared/gate/ports.ts";
import {
  type CataloguePorts,
  type CatalogueState,
  lookUpModels,
} from "../../../../src/shared/releases/catalogue/look-up-models.ts";
import type { Issue, TellHost } from "../../../../src/shared/releases/tell/ports.ts";
import { createMemoryBlobCache } from "../../../../src/shared/repository/repository-reader.ts";
import { accountId, startAzure } from "../../../support/azure-server.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createManualClock } from "../../../support/manual-clock.ts";
import { memoryRepository } from "../../repository/memory-repository.ts";

const route = (model: string, version: string) => `schema: assay/routes/v1
name: chat
owner: "@acme/ai"
targets:
  main: { deployment: chat, model: ${model}, version: "${version}", contextWindow: 100000 }
default: { pick: main }
`;
const ref = { repositoryId: 7, repository: "acme/support" };
const dayMs = 24 * 3_600_000;

/** A repository whose route names `gpt-5-mini` of 2025, over Resource Manager's own catalogue. */
async function world() {
  const azure = await startAzure();
  const clock = createManualClock("2026-11-20T10:00:00.000Z");
  const credential = { getToken: async () => ({ token: "app", expiresOnTimestamp: Number.POSITIVE_INFINITY }) };
  const issues: (Issue & { title: string })[] = [];
  const comments: string[] = [];
  const rows = new Map<number, CatalogueState>();
  const log = createMemoryLog();
  const tree = memoryRepository({ "routing/chat.yaml": route("gpt-5-mini", "2025-08-07") });
  let reads = 0;
  const host = {
    reader: tree.reader,
    pulls: { defaultBranch: async () => "main", tip: async () => "c" },
    issues: {
      get: async (number) => issues[number - 1],
      own: async () => [...issues],
      async create(wanted) {
        issues.push({ ...wanted, number: issues.length + 1, open: true, link: "" });
        return issues.at(-1) as Issue;
      },
      update: async (number, wanted) => void Object.assign(issues[number - 1] ?? {}, wanted),
      close: async (number) => void Object.assign(issues[number - 1] ?? {}, { open: false }),
    } satisfies TellHost["issues"],
    comments: {
      list: async () => comments.map((body) => ({ own: true, body })),
      create: async (_: number, body: string) => void comments.push(body),
    },
  };
  const ports: CataloguePorts = {
    repositories: async () => [ref],
    open: async () => host as unknown as OpenRepository & TellHost,
    blobCache: () => createMemoryBlobCache(),
    releases: { releases: async () => [], targets: async () => [] },
    offered() {
      reads++;
      return readCatalogue({ url: azure.url, accountId, credential, clock, random: () => 0, patienceMs: 0 });
    },
    state: {
      read: async (id) => rows.get(id),
      write: async (id, state) => void rows.set(id, state),
    },
    ...{ clock, log },
  };
  const retire = (inference: string) =>
    azure.set("models", {
      name: "gpt-5-mini",
      version: "2025-08-07",
      lifecycleStatus: "GenerallyAvailable",
      inference,
    });
  const nextDay = async () => {
    await clock.advance(dayMs);
    await lookUpModels(ports);
  };
  return {
    azure,
    ports,
    issues,
    comments,
    rows,
    log,
    retire,
    nextDay,
    look: () => lookUpModels(ports),
    reads: () => reads,
  };
}

test("one issue for a newer version, however many days go by; the catalogue is read once a day", async () => {
  const { issues, comments, look, nextDay, reads } = await world();
  await look();
  await look();
  expect([issues, reads()]).toMatchObject([[{ open: true, title: "Model catalogue: a newer version" }], 1]);
  expect(issues[0]?.body).toContain("version `2026-08-06` is there");
  await nextDay();
  expect([issues.length, comments.length, reads()]).toEqual([1, 0, 2]);
});

test("what comes up later is added to the open issue, and said there once", async () => {
  const { issues, comments, look, retire, nextDay } = await world();
  await look();
  await retire("2027-01-15T00:00:00.000Z");
  await nextDay();
  await nextDay();
  expect(issues).toMatchObject([{ title: "Model catalogue: a retirement, a newer version" }]);
  expect(issues[0]?.body).toContain("retires on 2027-01-15 (planned)");
  expect(comments).toEqual([expect.stringContaining("New since this issue was opened")]);
  await retire("2027-02-01T00:00:00.000Z");
  await nextDay();
  expect([issues.length, comments.length]).toEqual([1, 1]);
  expect(issues[0]?.body).toContain("retires on 2027-02-01");
});

test("what a person closed stays closed; only another finding opens another issue", async () => {
  const { issues, look, retire, nextDay } = await world();
  await look();
  Object.assign(issues[0] ?? {}, { open: false });
  await nextDay();
  expect(issues).toHaveLength(1);
  await retire("2027-01-15T00:00:00.000Z");
  await nextDay();
  await nextDay();
  expect(issues.map(({ open }) => open)).toEqual([false, true]);
});

test("a worker that died after it had opened the issue is followed by one that finds it", async () => {
  const { issues, rows, look } = await world();
  await look();
  rows.clear();
  await look();
  expect([issues.length, rows.get(7)?.issue]).toEqual([1, 1]);
});

test("an issue of which nothing holds any more is closed", async () => {
  const { azure, issues, look, nextDay } = await world();
  await look();
  await azure.set("models", { name: "gpt-5-mini", version: "2026-08-06", lifecycleStatus: "Preview" });
  await nextDay();
  expect(issues).toMatchObject([{ open: false }]);
});

test("what ended and comes back is told again: a model that was gone back to, a list that was short for a day", async () => {
  const { azure, issues, comments, look, retire, nextDay } = await world();
  const newer = (lifecycleStatus: string) =>
    azure.set("models", { name: "gpt-5-mini", version: "2026-08-06", lifecycleStatus });
  await look();
  await newer("Preview");
  await nextDay();
  await newer("GenerallyAvailable");
  await nextDay();
  await nextDay();
  expect(issues.map(({ open }) => open)).toEqual([false, true]);
  // In an issue that is open all along its text says so, and nobody is told twice in it.
  await retire("2027-01-15T00:00:00.000Z");
  await nextDay();
  await retire("2028-01-15T00:00:00.000Z");
  await nextDay();
  await retire("2027-01-15T00:00:00.000Z");
  await nextDay();
  expect([issues.length, comments.length]).toEqual([2, 1]);
  expect(issues[1]?.body).toContain("retires on 2027-01-15");
  // A person has closed it: that it ends and comes back is no news to them.
  Object.assign(issues[1] ?? {}, { open: false });
  await newer("Preview");
  await nextDay();
  await newer("GenerallyAvailable");
  await nextDay();
  expect(issues).toHaveLength(2);
});

test("a catalogue that cannot be read is no finding, and the next hour tries again", async () => {
  const { azure, issues, log, look, rows } = await world();
  await azure.fault({ kind: "errorBefore", path: "/models", status: 403, code: "AuthorizationFailed" });
  await look();
  expect([issues, rows.size]).toEqual([[], 0]);
  expect(log.events).toMatchObject([{ event: "catalogue.failed" }]);
  await look();
  expect(issues).toHaveLength(1);
});
