import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { RE2JS } from "re2js";
import * as z from "zod";

const addFormats = addFormatsModule.default;

/**
 * A JSON Schema (2020-12) written in a suite, compiled when the suite is read; a broken one is an issue there. `pattern`
 * keywords run in linear time like every other pattern of a suite. Remote references are not loaded.
 */
export const SchemaOption = z.union([z.boolean(), z.record(z.string(), z.unknown())]).transform((schema, context) => {
  try {
    return compileSchema(schema);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: "custom", message: `not a usable JSON Schema: ${why}` });
    return z.NEVER;
  }
});

/** Throws ajv's error, or the pattern's, where the schema cannot be used. */
export function compileSchema(schema: boolean | Record<string, unknown>): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, strict: false, code: { regExp: linearRegExp }, logger: false });
  addFormats(ajv);
  // Draft-07 schemas are common in the field; what differs for validation is small, and `$schema` would be a lookup.
  if (typeof schema === "boolean") return ajv.compile(schema);
  const { $schema: _, ...rest } = schema;
  return ajv.compile(rest);
}

/** ajv writes this code into standalone validators alone; here it only has to be there. */
linearRegExp.code = "linearRegExp";

function linearRegExp(pattern: string): { test(text: string): boolean } {
  const compiled = RE2JS.compile(pattern, 0);
  // ajv keeps compiled patterns by their text.
  const linear = { test: (text: string) => compiled.matcher(text).find(), toString: () => pattern };
  return linear;
}
