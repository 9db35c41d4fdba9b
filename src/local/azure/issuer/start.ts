import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";
import { type RegisteredApp, registeredApps } from "./registered-apps.ts";

export interface IssuerOptions {
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting?: string;
  tenant: string;
  audience: string;
}

export interface IssuerStandIn {
  /** `iss` of the tokens, as `ASSAY_TOKEN_ISSUER` has it. */
  issuer: string;
  /** Base to which `/_standin/tokens`, `rotate`, `faults` and `log` are added. */
  adminUrl: string;
  pid: number;
  /** A token by client credentials. */
  tokenFor(app: RegisteredApp["name"]): Promise<string>;
  /** A token with other claims, signature or key. */
  forge(order: object): Promise<string>;
  stop(): Promise<void>;
}

const secret = "local-client-secret";
const Message = z.union([z.object({ url: z.string(), pid: z.number() }), z.object({ error: z.string() })]);
const Token = z.object({ access_token: z.string() });

/**
 * Starts the stand-in for Microsoft Entra ID in a process of its own that ends with this one.
 * @throws Error where it does not start; a taken port is named, with the setting that chooses it
 */
export async function startIssuer({ port, portSetting, tenant, audience }: IssuerOptions): Promise<IssuerStandIn> {
  const args = [`--port=${port}`, `--tenant=${tenant}`, `--audience=${audience}`, `--secret=${secret}`];
  const stdio = ["ignore", "ignore", "inherit", "ipc"] as ["ignore", "ignore", "inherit", "ipc"];
  const child = fork(path.join(import.meta.dirname, "main.ts"), args, { stdio, execArgv: [] });
  const exited = once(child, "exit");
  const ready = await new Promise<z.infer<typeof Message>>((resolve, reject) => {
    child.once("message", (message) => resolve(Message.parse(message)));
    child.once("exit", (code) => reject(new Error(`The token issuer's stand-in did not start (exit ${code}).`)));
  });
  if ("error" in ready) {
    await exited;
    const mend = `choose another with ${portSetting ?? "port"}`;
    throw new Error(
      ready.error === "taken"
        ? `Port ${port} of the token issuer's stand-in is taken; ${mend}.`
        : `The token issuer's stand-in did not start on port ${port}: ${ready.error}`,
    );
  }
  const { url, pid } = ready;
  const post = (place: string, body: string | URLSearchParams) => fetch(`${url}${place}`, { method: "POST", body });
  return {
    issuer: `${url}/${tenant}/v2.0`,
    adminUrl: url,
    pid,
    async tokenFor(name) {
      const form = new URLSearchParams({
        grant_type: "client_credentials",
        client_id: registeredApps.find((app) => app.name === name)?.id ?? "",
        client_secret: secret,
        scope: `api://${audience}/.default`,
      });
      return Token.parse(await (await post(`/${tenant}/oauth2/v2.0/token`, form)).json()).access_token;
    },
    async forge(order) {
      const answer = await post("/_standin/tokens", JSON.stringify(order));
      return z.object({ token: z.string() }).parse(await answer.json()).token;
    },
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
