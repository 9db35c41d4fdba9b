import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { Validate } from "./server.ts";

type Json = { [key: string]: unknown };

/** Checks requests and answers against GitHub's own OpenAPI description, for the calls that it holds. */
export interface OpenApiValidator {
  validate: Validate;
  /** Routes that were checked, as `METHOD template`. */
  checked: Set<string>;
  /** Routes that were served and that the description does not hold. */
  unknown: Set<string>;
}

export function createOpenApiValidator(description: Json): OpenApiValidator {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  // GitHub's own name for owner/name.
  ajv.addFormat("repo.nwo", /^[^/]+\/[^/]+$/);
  ajv.addSchema(withNull(description) as Json, "github");
  const checked = new Set<string>();
  const unknown = new Set<string>();
  return {
    checked,
    unknown,
    validate(method, template, part, status, body) {
      const operation = at(description, "paths", template, method.toLowerCase());
      const route = `${method} ${template}`;
      if (!operation) {
        unknown.add(route);
        return [];
      }
      checked.add(route);
      const pointer = part === "request" ? ["requestBody"] : ["responses", String(status)];
      const place = resolvePlace(description, ["paths", template, method.toLowerCase(), ...pointer]);
      const schema = [...place, "content", "application/json", "schema"];
      if (!at(description, ...schema))
        return part === "response" && !at(description, ...place)
          ? [`${route}: ${status} is no answer of GitHub's`]
          : [];
      const check = ajv.getSchema(`github#/${schema.map(escapePointer).join("/")}`);
      if (!check || check(body)) return [];
      return (check.errors ?? [])
        .slice(0, 60)
        .map(
          ({ instancePath, message, params }) =>
            `${route} ${part}: ${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
        );
    },
  };
}

/** Follows a `$ref` of the description, as responses have. */
function resolvePlace(description: Json, place: string[]): string[] {
  const found = at(description, ...place);
  const reference = typeof found === "object" && found !== null && "$ref" in found ? String(found.$ref) : undefined;
  return reference ? reference.replace(/^#\//, "").split("/") : place;
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? (inner as Json)[key] : undefined),
    value,
  );
}

function escapePointer(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

/** OpenAPI 3.0's `nullable` in JSON Schema's words. */
function withNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNull);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNull(item)]));
  if (nullable !== true) return nullable === undefined ? rest : { ...rest, nullable };
  return { anyOf: [rest, { type: "null" }] };
}
