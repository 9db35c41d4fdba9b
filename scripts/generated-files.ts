import * as z from "zod";
import { lintRules } from "../src/shared/repository/lint-rules.ts";
import { Policy } from "../src/shared/repository/policy.ts";
import { PromptFrontMatter } from "../src/shared/repository/prompt.ts";
import { Release } from "../src/shared/repository/release.ts";
import { RouteFile } from "../src/shared/repository/route.ts";
import { SuiteFile } from "../src/shared/repository/suite.ts";

/** Committed files that are made from the code, by their path from the root; a test holds that they are current. */
export function generatedFiles(): Record<string, string> {
  return {
    "schemas/prompt.v1.schema.json": schemaText(
      "assay/prompt/v1: front matter of prompts/**/*.prompt.md",
      PromptFrontMatter,
    ),
    "schemas/suite.v1.schema.json": schemaText("assay/suite/v1: evals/**/*.yaml", SuiteFile),
    "schemas/policy.v1.schema.json": schemaText("assay/policy/v1: assay.yaml", Policy),
    "schemas/routes.v1.schema.json": schemaText("assay/routes/v1: routing/**/*.yaml", RouteFile),
    "schemas/release.v1.schema.json": schemaText("assay/release/v1: releases/**/*.yaml", Release),
    "docs/lint-rules.md": lintRulesText(),
  };
}

/** The shape of the file as it is written, before defaults are filled in. */
function schemaText(title: string, schema: z.ZodType): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

function lintRulesText(): string {
  const rows = Object.entries(lintRules).map(
    ([code, { severity, summary, fix }]) => `| \`${code}\` | ${severity} | ${summary} | ${fix} |`,
  );
  return [
    "# Lint rules",
    "",
    "Made from the code by `npm run schemas`.",
    "",
    "| code | severity | what is wrong | the mend |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
