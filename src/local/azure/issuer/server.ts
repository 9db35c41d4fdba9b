import { createServer, type IncomingMessage, type Server } from "node:http";
import * as z from "zod";
import { originOf } from "../../listen-locally.ts";
import { readText } from "../../request-body.ts";
import { type RegisteredApp, registeredApps } from "./registered-apps.ts";
import { createSigner } from "./signer.ts";

export interface IssuerOptions {
  tenant: string;
  /** Client id of the app that tokens are for. */
  audience: string;
  /** What every app signs in with. */
  secret: string;
  now?: () => Date;
}

interface Reply {
  status: number;
  json?: object;
}

const tokenSeconds = 3599;

const TokenOrder = z.object({
  claims: z.record(z.string(), z.unknown()).default({}),
  alg: z.enum(["RS256", "none", "HS256"]).default("RS256"),
  signedBy: z.enum(["current", "stranger", "unannounced"]).default("current"),
});
const Fault = z.object({ kind: z.enum(["error", "hang", "rubbish"]), count: z.number().int().positive().default(1) });

/** Microsoft Entra ID as far as Assay meets it: a tenant's keys, its token endpoint, and tokens of any kind to order. */
export async function createIssuerServer(options: IssuerOptions): Promise<Server> {
  const { tenant, audience, secret, now = () => new Date() } = options;
  const signer = await createSigner();
  const log: { method: string; path: string }[] = [];
  const faults: z.infer<typeof Fault>[] = [];

  const server = createServer((request, response) => {
    const { pathname: path } = new URL(request.url ?? "/", "http://localhost");
    const method = request.method ?? "GET";
    if (!path.startsWith("/_standin/")) log.push({ method, path });
    const fault = path.endsWith("/keys") ? takeFault() : undefined;
    if (fault === "hang") return;
    const failed: Reply | undefined =
      fault === "error" ? { status: 503 } : fault === "rubbish" ? { status: 200, json: { keys: 1 } } : undefined;
    (failed ? Promise.resolve(failed) : answer(method, path, request))
      .catch((thrown: unknown) => ({ status: 400, json: { error: "invalid_request", error_description: `${thrown}` } }))
      .then(({ status, json }: Reply) => {
        response.writeHead(status, { "content-type": "application/json", "x-simulated": "true" });
        response.end(json ? JSON.stringify(json) : "");
      });
  });
  return server;

  function takeFault(): string | undefined {
    const [fault] = faults;
    if (!fault) return undefined;
    fault.count -= 1;
    if (fault.count <= 0) faults.shift();
    return fault.kind;
  }

  async function answer(method: string, path: string, request: IncomingMessage): Promise<Reply> {
    const body = await readText(request);
    switch (`${method} ${path.replace(`/${tenant}/`, "/{tenant}/")}`) {
      case "GET /{tenant}/discovery/v2.0/keys":
        return { status: 200, json: { keys: signer.published() } };
      case "GET /{tenant}/v2.0/.well-known/openid-configuration":
        return { status: 200, json: configuration() };
      case "POST /{tenant}/oauth2/v2.0/token":
        return grant(new URLSearchParams(body));
      case "POST /_standin/tokens": {
        const { claims, ...order } = TokenOrder.parse(JSON.parse(body || "{}"));
        return { status: 200, json: { token: await signer.sign({ ...order, claims: { ...usual(), ...claims } }) } };
      }
      case "POST /_standin/rotate":
        await signer.rotate();
        return { status: 204 };
      case "POST /_standin/faults":
        faults.push(Fault.parse(JSON.parse(body)));
        return { status: 204 };
      case "GET /_standin/log":
        return { status: 200, json: log };
      default:
        return { status: 404, json: { error: "not_found" } };
    }
  }

  function configuration(): object {
    const base = `${originOf(server)}/${tenant}`;
    return {
      issuer: `${base}/v2.0`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
    };
  }

  async function grant(form: URLSearchParams): Promise<Reply> {
    const app = registeredApps.find(({ id }) => id === form.get("client_id"));
    if (form.get("grant_type") !== "client_credentials") return refused(400, "unsupported_grant_type");
    if (!app || form.get("client_secret") !== secret) return refused(401, "invalid_client");
    if (form.get("scope")?.replace(/^api:\/\//, "") !== `${audience}/.default`) return refused(400, "invalid_scope");
    const token = await signer.sign({ claims: { ...usual(), ...claimsOf(app) } });
    return { status: 200, json: { token_type: "Bearer", expires_in: tokenSeconds, access_token: token } };
  }

  /** What a version 2 token says, whoever holds it. */
  function usual(): Record<string, unknown> {
    const seconds = Math.floor(now().getTime() / 1000);
    return {
      aud: audience,
      iss: `${originOf(server)}/${tenant}/v2.0`,
      tid: tenant,
      ver: "2.0",
      iat: seconds,
      nbf: seconds,
      exp: seconds + tokenSeconds,
    };
  }
}

function claimsOf({ id, roles, name }: RegisteredApp): Record<string, unknown> {
  return { azp: id, azpacr: "1", oid: `oid-of-${name}`, sub: `oid-of-${name}`, ...(roles.length > 0 ? { roles } : {}) };
}

function refused(status: number, error: string): Reply {
  return { status, json: { error, error_description: `simulated: ${error}` } };
}
