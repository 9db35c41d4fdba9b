import type { AiRepository } from "../repository/ai-repository.ts";
import type { ReleaseManifest } from "../repository/release.ts";
import type { ReleaseTarget } from "../repository/release-target.ts";
import { documentDigest, promptDocument } from "../routing/prompt-document.ts";
import { aliasKey } from "../routing/route-alias.ts";
import { planRelease } from "./plan-release.ts";
import { pointerOf, pointerText } from "./pointer-of.ts";
import { defaultContentFilter } from "./target-port.ts";

/** Where a release's targets lie, as the settings name them. */
export interface Places {
  armUrl: string;
  accounts: ReadonlyMap<string, string>;
  projects: ReadonlyMap<string, string>;
  /** The storage account's name; undefined where it is not known. */
  storage?: string;
  /** owner/name; undefined where nobody said. */
  repository?: string;
}

export interface HandWork {
  target: string;
  /** What is served once it is done. */
  serves: string;
  /** The command; or why there is none. */
  command?: string;
  why?: string;
}

type Made = { command: string } | { why: string };

/**
 * What a person types where Assay's own state cannot be read: each target is brought to what one manifest says, what is
 * flipped last first. Nothing is guessed: what the manifest and the settings do not say has its reason in the command's place.
 */
export function byHand(release: ReleaseManifest, repository: AiRepository, places: Places): HandWork[] {
  const plan = planRelease(release, repository, new Map());
  return plan.steps.toReversed().flatMap(({ target, after }): HandWork[] => {
    const own = release.targets.find(({ id }) => id === target.id);
    if (!own) return [];
    return [{ target: `${own.kind}:${own.alias}`, serves: pointerText(after), ...commandOf(own, repository, places) }];
  });
}

function commandOf(target: ReleaseTarget, repository: AiRepository, places: Places): Made {
  switch (target.kind) {
    case "inPlace":
      return withPlace(places.accounts, target, "--account", (account) => {
        const { model, sku, contentFilter: raiPolicyName = defaultContentFilter } = target.to;
        const body = { sku, properties: { model, versionUpgradeOption: "NoAutoUpgrade", raiPolicyName } };
        const url = `${places.armUrl}${account}/deployments/${target.alias}?api-version=2025-09-01`;
        return `az rest --method put --url ${quoted(url)} --body ${quoted(JSON.stringify(body))}`;
      });
    case "agent":
      return withPlace(places.projects, target, "--project", (project) => {
        const rule = { type: "FixedRatio", agent_version: target.to.version, traffic_percentage: 100 };
        const body = { agent_endpoint: { version_selector: { version_selection_rules: [rule] } } };
        const url = `${project}/agents/${encodeURIComponent(target.alias)}?api-version=v1`;
        const headers = "--resource https://ai.azure.com --headers Content-Type=application/merge-patch+json";
        return `az rest --method patch --url ${quoted(url)} ${headers} --body ${quoted(JSON.stringify(body))}`;
      });
    case "deployment": {
      const { deployment, model } = target.to;
      return merge(`deployment:`, target, { deployment, model_json: JSON.stringify(model) }, places);
    }
    case "route": {
      const pointer = pointerOf(target, repository);
      if (pointer.kind !== "route" || pointer.path === "") return { why: "the checkout does not have that route" };
      const { digest, path, commit } = pointer;
      return merge("alias:", target, { digest, path, commit }, places);
    }
    case "prompt": {
      const prompt = repository.prompts.find(({ name }) => name === target.alias);
      if (prompt?.contentDigest !== target.to.digest) return { why: "the checkout does not have that prompt" };
      const document = documentDigest(promptDocument(prompt));
      const { path } = prompt;
      return merge("prompt:", target, { digest: target.to.digest, document, path, commit: repository.commit }, places);
    }
  }
}

function withPlace(
  known: ReadonlyMap<string, string>,
  { endpoint = "" }: ReleaseTarget,
  flag: string,
  command: (place: string) => string,
): Made {
  const place = known.get(endpoint);
  if (place !== undefined) return { command: command(place) };
  return { why: `where it lies is not known: give ${flag} ${endpoint ? `${endpoint}=…` : "…"}` };
}

/** The row that callers read; it lies in Assay's storage, so this helps where only this machine cannot reach that. */
function merge(
  prefix: string,
  { alias }: ReleaseTarget,
  columns: Record<string, string>,
  { storage, repository }: Places,
): Made {
  if (repository === undefined) return { why: "its row is named by the repository: give --repository OWNER/NAME" };
  if (storage === undefined) return { why: "where its row lies is not known: give --storage NAME" };
  const entity = { PartitionKey: "0", RowKey: prefix + aliasKey(repository, alias), ...columns };
  const pairs = Object.entries(entity).map(([name, value]) => quoted(`${name}=${value}`));
  const from = `az storage entity merge --auth-mode login --account-name ${storage} --table-name routes`;
  return { command: `${from} --if-match '*' --entity ${pairs.join(" ")}` };
}

/** For a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
