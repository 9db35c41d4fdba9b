import type { AzureFault } from "./faults.ts";
import type { Account, AzureState } from "./state.ts";

export interface AzureCall {
  state: AzureState;
  account: Account;
  method: string;
  /** Of the stand-in, for the links in its answers. */
  origin: string;
  url: URL;
  params: Record<string, string>;
  /** Parsed JSON; undefined where there is none. */
  body: unknown;
  contentType: string;
  /** That let the call in. */
  credentials: Record<string, string>;
  fault: AzureFault | undefined;
}

export interface AzureAnswer {
  status: number;
  json?: unknown;
  headers?: Record<string, string>;
  /** What it changed, for the request log. */
  effect?: string;
}

export interface AzureRoute {
  method: string;
  pattern: URLPattern;
  handle(call: AzureCall): AzureAnswer | Promise<AzureAnswer>;
}

export function azureRoute(method: string, pathname: string, handle: AzureRoute["handle"]): AzureRoute {
  return { method, pattern: new URLPattern({ pathname }), handle };
}

/** As ARM and the data plane write errors. */
export function failed(status: number, code: string, message: string, headers?: Record<string, string>): AzureAnswer {
  return { status, json: { error: { code, message } }, ...(headers ? { headers } : {}) };
}
