import path from "node:path";
import * as z from "zod";
import { type StandInProcess, startStandIn } from "../../start-stand-in.ts";
import { type RegisteredApp, registeredApps } from "./registered-apps.ts";

export interface IssuerOptions {
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting?: string;
  tenant: string;
  audience: string;
}

export interface IssuerStandIn extends Omit<StandInProcess, "url"> {
  /** `iss` of the tokens, as `ASSAY_TOKEN_ISSUER` has it. */
  issuer: string;
  /** A token by client credentials. */
  tokenFor(app: RegisteredApp["name"]): Promise<string>;
  /** A token with other claims, signature or key. */
  forge(order: object): Promise<string>;
}

const secret = "local-client-secret";
const Token = z.object({ access_token: z.string() });

/** Starts the stand-in for Microsoft Entra ID; its `adminUrl` is the base of `/_standin/tokens`, `rotate`, `faults` and `log`. */
export async function startIssuer({ port, portSetting, tenant, audience }: IssuerOptions): Promise<IssuerStandIn> {
  const { url, ...standIn } = await startStandIn({
    main: path.join(import.meta.dirname, "main.ts"),
    name: "token issuer's stand-in",
    port,
    portSetting,
    options: { tenant, audience, secret },
    errors: "shown",
  });
  const post = (place: string, body: string | URLSearchParams) => fetch(`${url}${place}`, { method: "POST", body });
  return {
    ...standIn,
    issuer: `${url}/${tenant}/v2.0`,
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
  };
}
