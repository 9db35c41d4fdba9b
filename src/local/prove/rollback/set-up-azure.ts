import { z } from "zod";

/** Brings the stand-in of Resource Manager and Foundry to where releases have left it, as somebody else than the app. */
export interface SetUpAzure {
  deployment(name: string, model: { format: string; name: string; version: string }, capacity?: number): Promise<void>;
  /** An agent of two versions, whose selector names one. */
  agent(name: string, served: string): Promise<void>;
  fault(fault: object): Promise<void>;
  /** The stand-in's own: latency, quota and how long its operations take. */
  settings(settings: object): Promise<void>;
}

/** The caller that the stand-in's log names for what is set up here. */
export const setUpCaller = "setup";

const Held = z.object({ properties: z.object({ provisioningState: z.string() }) });

export function createSetUpAzure(url: string, accountId: string, project: string): SetUpAzure {
  async function send(method: string, place: string, body?: object, type = "application/json"): Promise<unknown> {
    const headers = { authorization: `Bearer ${setUpCaller}`, "content-type": type };
    for (;;) {
      const answer = await fetch(place, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      const text = await answer.text();
      if (answer.ok) return text === "" ? undefined : JSON.parse(text);
      // The account takes one write at a time.
      if (answer.status !== 409) throw new Error(`${method} ${place}: ${answer.status} ${text.slice(0, 300)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    async deployment(name, model, capacity = 1) {
      const place = `${url}${accountId}/deployments/${name}?api-version=2025-09-01`;
      const properties = { model, versionUpgradeOption: "NoAutoUpgrade" };
      await send("PUT", place, { sku: { name: "GlobalStandard", capacity }, properties, tags: {} });
      while (Held.parse(await send("GET", place)).properties.provisioningState !== "Succeeded");
    },
    async agent(name, served) {
      const agents = `${project}/agents`;
      for (const [version, deployment] of [
        ["1", "proof--v1"],
        ["2", "proof--v2"],
      ]) {
        const definition = { kind: "prompt", model: deployment, instructions: `Version ${version}.` };
        await send("POST", `${agents}/${name}/versions`, { definition, metadata: {} });
      }
      const rules = [{ type: "FixedRatio", agent_version: served, traffic_percentage: 100 }];
      const endpoint = { agent_endpoint: { version_selector: { version_selection_rules: rules } } };
      await send("PATCH", `${agents}/${name}`, endpoint, "application/merge-patch+json");
    },
    async fault(fault) {
      await send("POST", `${url}/_standin/faults`, fault);
    },
    async settings(settings) {
      await send("POST", `${url}/_standin/settings`, settings);
    },
  };
}
