import { once } from "node:events";
import type { Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIssuerServer } from "../../../src/local/azure/issuer/server.ts";
import { createEntraPrincipals, type EntraOptions } from "../../../src/shared/azure/entra-principals.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { isRefusal, refuseAlertsOf, refuseWithout } from "../../../src/shared/releases/principals.ts";

const tenant = "11111111-2222-3333-4444-555555555555";
const audience = "99999999-2222-3333-4444-555555555555";
const monitor = "461e8683-5575-4561-ac7f-899cc907d62a";
const alertClaims = { azp: monitor, roles: ["ActionGroupsSecureWebhook"] };

let server: Server;
let origin = "";
beforeAll(async () => {
  server = await createIssuerServer({ tenant, audience, secret: "s" });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const post = (place: string, body: object | URLSearchParams = {}) =>
  fetch(`${origin}${place}`, {
    method: "POST",
    body: body instanceof URLSearchParams ? body : JSON.stringify(body),
  });
const order = async (claims: object, rest: object = {}) => {
  const { token } = JSON.parse(await (await post("/_standin/tokens", { claims, ...rest })).text());
  return `Bearer ${token}`;
};
const principals = (changed: Partial<EntraOptions> = {}) =>
  createEntraPrincipals({
    issuer: `${origin}/${tenant}/v2.0`,
    tenant,
    audiences: [audience],
    clock: systemClock,
    ...changed,
  });
const keyReads = async () => {
  const log: { path: string }[] = JSON.parse(await (await fetch(`${origin}/_standin/log`)).text());
  return log.filter(({ path }) => path.endsWith("/keys")).length;
};

describe("a token", () => {
  test("by client credentials stands for its application and roles", async () => {
    const form = { grant_type: "client_credentials", client_id: monitor, client_secret: "s" };
    const scope = `api://${audience}/.default`;
    const answer = await post(`/${tenant}/oauth2/v2.0/token`, new URLSearchParams({ ...form, scope }));
    const { access_token: token } = JSON.parse(await answer.text());
    const principal = await principals().of(`Bearer ${token}`);
    expect(principal).toEqual({
      tenant,
      caller: monitor,
      subject: "oid-of-monitor",
      roles: ["ActionGroupsSecureWebhook"],
    });
    if (!isRefusal(principal)) expect(refuseAlertsOf(principal, monitor.toUpperCase())).toBe(undefined);
  });

  test("of version 1 names its application as appid", async () => {
    expect(await principals().of(await order({ appid: "app" }))).toMatchObject({ caller: "app", roles: [] });
  });

  test("with a key that was rotated in is good after one look at the keys, and other unknown keys cost none more", async () => {
    const own = principals();
    expect(await own.of(await order({}))).toMatchObject({ tenant });
    const before = await keyReads();
    await post("/_standin/rotate");
    const patient = principals({ keysCooldownMs: 0 });
    await patient.of(await order({}));
    await post("/_standin/rotate");
    expect(await patient.of(await order({}))).toMatchObject({ tenant });
    expect((await keyReads()) - before).toBe(2);
    const strange = await order({}, { signedBy: "unannounced" });
    for (let n = 0; n < 5; n++) expect(await own.of(strange)).toMatchObject({ status: 401 });
    expect((await keyReads()) - before).toBe(2);
  });

  test.each(["error", "rubbish"])(
    "that cannot be told for the keys' %s is 503, and good at the next try",
    async (kind) => {
      const own = principals();
      await post("/_standin/faults", { kind });
      expect(await own.of(await order({}))).toMatchObject({ status: 503, reason: expect.stringContaining("keys of") });
      expect(await own.of(await order({}))).toMatchObject({ tenant });
    },
  );
});

const withHeader = (header: object) =>
  `Bearer ${[header, alertClaims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.AAAA`;
const hour = 3600;
const now = () => Math.floor(Date.now() / 1000);
const forged: [string, () => Promise<string | null>, string][] = [
  ["no header", async () => null, "Bearer <token>"],
  ["another scheme", async () => "Basic YTpi", "Bearer <token>"],
  ["no token", async () => "Bearer abc", "Bearer <token>"],
  ["rubbish of three parts", async () => "Bearer a.b.c", "no token"],
  ["a header that asks for an extension", async () => withHeader({ alg: "RS256", crit: ["x"], x: 1 }), "not supported"],
  ["a header that names no known kind of key", async () => withHeader({ alg: "RS256", kid: 7 }), ""],
  [
    "a header that names none of the issuer's several keys",
    async () => {
      await post("/_standin/rotate");
      return withHeader({ alg: "RS256" });
    },
    "names no key of its issuer",
  ],
  ["alg none", () => order(alertClaims, { alg: "none" }), "RS256"],
  ["a shared secret's signature", () => order(alertClaims, { alg: "HS256" }), "RS256"],
  ["a stranger's key under the issuer's name", () => order(alertClaims, { signedBy: "stranger" }), "signature"],
  ["a key that nobody published", () => order(alertClaims, { signedBy: "unannounced" }), "not its issuer's"],
  ["an expired token", () => order({ ...alertClaims, exp: now() - hour }), "expired"],
  ["a token of tomorrow", () => order({ ...alertClaims, nbf: now() + hour }), "not valid yet"],
  ["a token without end", () => order({ ...alertClaims, exp: null }), "claim exp"],
  ["another audience", () => order({ ...alertClaims, aud: "other" }), "another audience than 99999999"],
  ["another issuer", () => order({ ...alertClaims, iss: "https://sts.windows.net/x/" }), "another issuer"],
  ["another tenant", () => order({ ...alertClaims, tid: "other" }), "tenant other"],
];

describe("who may", () => {
  test.each(forged)("bad input: %s is 401 with its reason", async (_, make, reason) => {
    const refusal = await principals().of(await make());
    expect(refusal).toEqual({ status: 401, reason: expect.stringContaining(reason) });
  });

  test("bad input: an app without tenant or audience believes nobody", async () => {
    for (const changed of [{ tenant: "" }, { audiences: [] }]) {
      expect(await principals(changed).of(await order(alertClaims))).toMatchObject({ status: 401 });
    }
  });

  const principal = { tenant, caller: monitor, subject: "s", roles: ["ActionGroupsSecureWebhook"] };
  test("bad input: alerts of another caller, or without the role, are 403", () => {
    expect(refuseAlertsOf(principal, monitor)).toBe(undefined);
    const other = refuseAlertsOf({ ...principal, caller: "other" }, monitor);
    expect(other).toEqual({ status: 403, reason: expect.stringContaining("application other") });
    const without = refuseAlertsOf({ ...principal, roles: ["Assay.Operator"] }, monitor);
    expect(without).toEqual({ status: 403, reason: expect.stringContaining("ActionGroupsSecureWebhook") });
  });

  test("bad input: a reader may not operate, an operator may read, and nobody may without a role", () => {
    const holding = (...roles: string[]) => ({ ...principal, roles });
    expect(refuseWithout("Assay.Reader", holding("Assay.Reader"))).toBe(undefined);
    expect(refuseWithout("Assay.Reader", holding("Assay.Operator"))).toBe(undefined);
    expect(refuseWithout("Assay.Operator", holding("Assay.Operator"))).toBe(undefined);
    expect(refuseWithout("Assay.Operator", holding("Assay.Reader"))).toMatchObject({ status: 403 });
    expect(refuseWithout("Assay.Reader", holding("assay.reader"))).toMatchObject({ status: 403 });
  });
});
