import { hash } from "node:crypto";
import type { Pointer } from "../../../shared/releases/target-port.ts";
import { documentDigest } from "../../../shared/routing/prompt-document.ts";
import {
  createDeploymentAliases,
  createPromptAliases,
  createRouteAliases,
} from "../../../shared/storage/alias-records.ts";
import type { Blobs } from "../../../shared/storage/blobs.ts";
import { createPromptDocuments, createRouteDocuments } from "../../../shared/storage/route-store.ts";
import type { Tables } from "../../../shared/storage/tables.ts";
import type { SetUpAzure } from "./set-up-azure.ts";
import type { Commits } from "./two-commits.ts";

export const adapters = ["agent", "deployment", "inPlace", "route", "prompt"] as const;
export type Adapter = (typeof adapters)[number];

export interface World {
  tables: Tables;
  blobs: Blobs;
  azure: SetUpAzure;
}

/** A target that serves the new thing, with the old one beside it. */
export interface SetUpTarget {
  alias: string;
  old: Pointer;
  new: Pointer;
  /** What a write that serves the old one has in it, and no other. */
  oldText: string;
}

export interface Place {
  id: number;
  fullName: string;
  /** Of the order; every name holds it. */
  order: string;
  commits: Commits;
}

type SetUp = (place: Place, world: World) => Promise<SetUpTarget>;

const sku = { name: "GlobalStandard", capacity: 1 };
const model = (version: string) => ({ format: "OpenAI", name: "gpt-5-mini", version });
const [older, newer] = [model("2025-08-07"), model("2026-08-06")];
const at = "2026-11-21T10:00:00.000Z";

/** How each kind of target is brought to where a release has left it. */
export const setUps: Record<Adapter, SetUp> = {
  async agent({ order }, { azure }) {
    const alias = `agent-${order}`;
    const pointer = (version: string): Pointer => ({ kind: "agent", rules: [{ version, percentage: 100 }] });
    await azure.agent(alias, "2");
    return { alias, old: pointer("1"), new: pointer("2"), oldText: '"agent_version":"1"' };
  },
  async deployment({ id, fullName, order }, { tables }) {
    const alias = `alias-${order}`;
    const [old, served] = [
      { deployment: "proof--v1", model: older },
      { deployment: "proof--v2", model: newer },
    ];
    const value = { repositoryId: id, alias, ...served, flippedAt: at };
    await createDeploymentAliases(tables).set(fullName, alias, value, undefined);
    const kind = "deployment" as const;
    return { alias, old: { kind, ...old }, new: { kind, ...served }, oldText: '"deployment":"proof--v1"' };
  },
  async inPlace({ order }, { azure }) {
    const deployment = `place-${order}`;
    await azure.deployment(deployment, newer);
    const pointer = (version: typeof older): Pointer => ({ kind: "inPlace", deployment, model: version, sku });
    return { alias: deployment, old: pointer(older), new: pointer(newer), oldText: `"version":"${older.version}"` };
  },
  async route({ id, fullName, order, commits }, { tables, blobs }) {
    const alias = `route-${order}`;
    const path = `routing/${alias}.yaml`;
    const documents = createRouteDocuments(blobs);
    const [old, served] = ["old", "new"].map((which) => JSON.stringify({ schema: "assay/routes/v1", alias, which }));
    for (const text of [old, served]) await documents.put(id, hash("sha256", text ?? ""), text ?? "");
    const digest = hash("sha256", served ?? "");
    const value = {
      repositoryId: id,
      repository: fullName,
      name: alias,
      path,
      digest,
      commit: commits.new,
      publishedAt: at,
    };
    await createRouteAliases(tables).set(fullName, alias, value, undefined);
    const pointer = (commit: string, text = ""): Pointer => ({
      ...{ kind: "route", digest: hash("sha256", text), path, commit },
    });
    return {
      alias,
      old: pointer(commits.old, old),
      new: pointer(commits.new, served),
      oldText: `"digest":"${hash("sha256", old ?? "")}"`,
    };
  },
  async prompt({ id, fullName, order, commits }, { tables, blobs }) {
    const alias = `prompt-${order}`;
    const path = `prompts/${alias}.prompt.md`;
    const documents = createPromptDocuments(blobs);
    const [old, served] = ["old", "new"].map((which) => {
      const digest = hash("sha256", `${alias} ${which}`);
      return { digest, text: JSON.stringify({ schema: "assay/prompt/v1", name: alias, digest }) };
    }) as [{ digest: string; text: string }, { digest: string; text: string }];
    for (const { digest, text } of [old, served]) await documents.put(id, digest, text);
    const value = {
      ...{ repositoryId: id, repository: fullName, name: alias, path, commit: commits.new, publishedAt: at },
      ...{ digest: served.digest, document: documentDigest(served.text) },
    };
    await createPromptAliases(tables).set(fullName, alias, value, undefined);
    const pointer = (commit: string, { digest }: { digest: string }): Pointer => ({
      ...{ kind: "prompt", digest, path, commit },
    });
    return {
      alias,
      old: pointer(commits.old, old),
      new: pointer(commits.new, served),
      oldText: `"digest":"${old.digest}"`,
    };
  },
};

/** Deployments that several targets call. */
export const sharedDeployments = [
  { name: "proof--v1", model: older },
  { name: "proof--v2", model: newer },
] as const;
