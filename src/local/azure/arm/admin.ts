import * as z from "zod";
import { CatalogueModel, isSameModel } from "./catalogue.ts";
import { AzureFault } from "./faults.ts";
import { type AzureAnswer, failed } from "./router.ts";
import type { AzureState } from "./state.ts";

/** The stand-in's own routes: the request log, faults, what the region offers. They are no part of Azure. */
export function adminAnswer(state: AzureState, method: string, pathname: string, body: unknown): AzureAnswer {
  if (pathname === "/_standin/log" && method === "GET") return { status: 200, json: state.log.entries() };
  if (pathname === "/_standin/faults" && method === "DELETE") {
    state.faults.clear();
    for (const { operations } of state.accounts.values())
      for (const operation of operations.values()) operation.left = Math.min(operation.left, 0);
    return { status: 204 };
  }
  if (pathname === "/_standin/faults" && method === "POST") {
    const fault = AzureFault.safeParse(body);
    if (!fault.success) return failed(400, "invalid_fault", fault.error.message);
    state.faults.add(fault.data);
    return { status: 204 };
  }
  if (pathname === "/_standin/models" && method === "POST") {
    const model = CatalogueModel.safeParse(body);
    if (!model.success) return failed(400, "invalid_model", model.error.message);
    state.models = [...state.models.filter((one) => !isSameModel(one, model.data)), model.data];
    return { status: 204 };
  }
  if (pathname === "/_standin/settings" && method === "POST") {
    const times = { pollSeconds: z.number(), unknownForMs: z.number(), latencyMs: z.number() };
    const Wanted = z.object({ quota: z.int(), polls: z.int(), ...times });
    const wanted = Wanted.partial().strict().safeParse(body);
    if (!wanted.success) return failed(400, "invalid_settings", wanted.error.message);
    Object.assign(state, wanted.data);
    return { status: 204 };
  }
  return failed(404, "NotFound", "Resource not found");
}
