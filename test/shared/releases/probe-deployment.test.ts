import { expect, test } from "vitest";
import type { Deployments, HeldDeployment } from "../../../src/shared/releases/deployments.ts";
import { probeDeployment } from "../../../src/shared/releases/probe-deployment.ts";
import type { ModelVersion } from "../../../src/shared/releases/target-port.ts";

const modelOf = (name: string, version: string, format = "OpenAI"): ModelVersion => ({ format, name, version });

/** Whether a call that is answered under this name shows the model, where the account holds `held`. */
async function shows(served: string, model: ModelVersion, held: ModelVersion | "nothing" | "noAnswer" = model) {
  const deployments: Deployments = {
    get: async () => {
      if (held === "noAnswer") throw new Error("no answer");
      return held === "nothing" ? undefined : ({ model: held } as HeldDeployment);
    },
    put: async () => ({ kind: "written" }),
  };
  const ports = {
    deployments: async () => deployments,
    call: async () => async () => ({ kind: "answered" as const, served, latencyMs: 1 }),
  };
  const result = await probeDeployment(ports, undefined, "chat--v2", model);
  return result.kind === "answered" ? result.asExpected : result.kind;
}

test("an answer of OpenAI's models names the version, with or without the dots of its name", async () => {
  const model = modelOf("gpt-4.1", "2025-04-14");
  expect(await shows("gpt-4.1-2025-04-14", model, "noAnswer")).toBe(true);
  expect(await shows("gpt-4.1-2024-01-01", model)).toBe(false);
  expect(await shows("gpt-5-mini-2025-08-07", model)).toBe(false);
  expect(await shows("gpt-3.5-turbo-0125", modelOf("gpt-35-turbo", "0125"))).toBe(true);
});

test("where the name does not tell the version, the account does; where that does not answer, nobody knows", async () => {
  const older = modelOf("gpt-35-turbo", "0613");
  expect(await shows("gpt-35-turbo", older)).toBe(true);
  expect(await shows("gpt-35-turbo", older, modelOf("gpt-35-turbo", "1106"))).toBe(false);
  const other = modelOf("DeepSeek-V3", "1", "DeepSeek");
  expect(await shows("deepseek-v3-0324", other)).toBe(true);
  expect(await shows("deepseek-v3-0324", other, modelOf("Mistral-Large", "1", "Mistral AI"))).toBe(false);
  expect(await shows("deepseek-v3-0324", other, "noAnswer")).toBe(undefined);
  expect(await shows("deepseek-v3-0324", other, "nothing")).toBe(undefined);
});
