import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type CatalogueModel, isSameModel, offeredModels, usageName } from "./catalogue.ts";
import { type AzureFaults, createAzureFaults } from "./faults.ts";
import { type AzureRequestLog, createAzureRequestLog } from "./request-log.ts";

const Tags = z.record(z.string().max(512), z.string().max(256));
const SkuBody = z.object({ name: z.string(), capacity: z.int().positive().default(1) });

/** What PUT takes of a deployment. */
export const DeploymentBody = z.object({
  sku: SkuBody.optional(),
  properties: z.looseObject({
    model: z.object({ format: z.string(), name: z.string(), version: z.string().optional() }),
    versionUpgradeOption: z.string().optional(),
    raiPolicyName: z.string().optional(),
  }),
  tags: Tags.optional(),
});
export const PatchBody = z.object({ sku: SkuBody.partial().optional(), tags: Tags.optional() });

export interface HeldDeployment {
  name: string;
  sku: { name: string; capacity: number };
  model: { format: string; name: string; version: string };
  versionUpgradeOption: string;
  raiPolicyName: string;
  tags: Record<string, string>;
  etag: string;
  provisioningState: string;
  paused: boolean;
  /** Milliseconds since 1970 of its creation: the data plane learns of a new name later. */
  createdAt: number;
}

export interface Operation {
  id: string;
  deployment: string;
  status: "Running" | "Succeeded" | "Failed";
  /** Polls that are answered Running before it ends. */
  left: number;
  /** Undefined: it succeeds. */
  error?: { code: string; message: string };
  finish(): void;
}

export interface AgentVersion {
  version: string;
  definition: Record<string, unknown>;
  metadata: Record<string, string>;
  description: string;
  status: "creating" | "active" | "failed";
  createdAt: number;
  draft: boolean;
}
export interface HeldAgent {
  name: string;
  disabled: boolean;
  versions: AgentVersion[];
  endpoint: Record<string, unknown>;
  calls: number;
  sessions: { id: string; version: string; status: "active" | "idle" | "deleted" }[];
}

export interface Account {
  name: string;
  deployments: Map<string, HeldDeployment>;
  operations: Map<string, Operation>;
  agents: Map<string, HeldAgent>;
}

export interface AzureState {
  accounts: Map<string, Account>;
  models: CatalogueModel[];
  /** Capacity of a model and SKU over all accounts. */
  quota: number;
  polls: number;
  pollSeconds: number;
  unknownForMs: number;
  latencyMs: number;
  /** How often a request was answered, by its digest: a model answers it otherwise each time. */
  answered: Map<string, number>;
  modelUrl: string | undefined;
  seed: number;
  faults: AzureFaults;
  log: AzureRequestLog;
  now: () => Date;
}

export interface AzureOptions {
  logFile?: string;
  seed?: number;
  quota?: number;
  /** How often an operation says Running. Default 1. */
  polls?: number;
  /** Retry-After of operations. Default 1. */
  pollSeconds?: number;
  /** For how long the data plane does not know a new deployment. Default 0. */
  unknownForMs?: number;
  /** Base latency of a deployment's answers, to which up to half of it is added. Default 0. */
  latencyMs?: number;
  /** Base URL to which calls of deployments that ARM does not hold are handed on. Default: they are not found. */
  modelUrl?: string;
  now?: () => Date;
}

export function createAzureState(options: AzureOptions): AzureState {
  return {
    accounts: new Map(),
    models: offeredModels(),
    quota: options.quota ?? 1000,
    polls: options.polls ?? 1,
    pollSeconds: options.pollSeconds ?? 1,
    unknownForMs: options.unknownForMs ?? 0,
    latencyMs: options.latencyMs ?? 0,
    answered: new Map(),
    modelUrl: options.modelUrl,
    seed: options.seed ?? 1,
    faults: createAzureFaults(),
    log: createAzureRequestLog(options.logFile),
    now: options.now ?? (() => new Date()),
  };
}

/** Accounts are there as soon as somebody names them. */
export function accountOf(state: AzureState, name: string): Account {
  const key = name.toLowerCase();
  const known = state.accounts.get(key);
  if (known) return known;
  const account = { name, deployments: new Map(), operations: new Map(), agents: new Map() };
  state.accounts.set(key, account);
  return account;
}

/** Capacity that is held of a model and SKU, without one deployment. */
export function heldCapacity(state: AzureState, usage: string, without?: HeldDeployment): number {
  return [...state.accounts.values()]
    .flatMap(({ deployments }) => [...deployments.values()])
    .filter((held) => held !== without && usageName(held.sku.name, held.model) === usage)
    .reduce((sum, { sku }) => sum + sku.capacity, 0);
}

export function catalogued(state: AzureState, model: { name: string; version: string }): CatalogueModel | undefined {
  return state.models.find((offered) => isSameModel(offered, model));
}

export function isRetired(state: AzureState, model: { name: string; version: string }): boolean {
  const { inference } = catalogued(state, model) ?? {};
  return inference !== undefined && Date.parse(inference) <= state.now().getTime();
}

/** A quoted GUID, as the body's `etag` is. */
export const newEtag = () => `"${randomUUID()}"`;

/** A poll, or a look at what it changes, brings an operation one step on. */
export function advance(operation: Operation): void {
  if (operation.status !== "Running") return;
  if (operation.left > 0) operation.left -= 1;
  else {
    operation.finish();
    operation.status = operation.error ? "Failed" : "Succeeded";
  }
}

/** The operation that holds the account: its writes are serialised. */
export function runningOperation(account: Account): Operation | undefined {
  return [...account.operations.values()].find(({ status }) => status === "Running");
}
