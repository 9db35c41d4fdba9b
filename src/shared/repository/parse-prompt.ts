import { controlCharacterFindings } from "./control-characters.ts";
import { promptDigest } from "./digest.ts";
import { createFinding, type Finding, type Positions } from "./finding.ts";
import { parseYaml } from "./parse-yaml.ts";
import { type Prompt, PromptFrontMatter, type PromptInput, type PromptMessage, type PromptSafety } from "./prompt.ts";
import { readText, sizeLimits } from "./read-text.ts";
import { schemaFindings } from "./schema-findings.ts";
import { splitFrontMatter } from "./split-front-matter.ts";
import { splitMessages } from "./split-messages.ts";
import { parseTemplate } from "./template.ts";

/** A prompt where the front matter fits its schema and the body could be split, with everything that is to be mended. */
export interface ParsedPrompt {
  prompt?: Prompt;
  findings: Finding[];
}

const codes = { invalid: "prompt/invalid", unknownKey: "prompt/unknown-key" } as const;

/** Reads a `*.prompt.md` file. Never throws for what is in it: every problem is a finding. */
export function parsePrompt(path: string, bytes: Uint8Array): ParsedPrompt {
  const read = readText(path, bytes);
  if ("finding" in read) return { findings: [read.finding] };
  const parts = splitFrontMatter(path, read.text);
  if ("finding" in parts) return { findings: [parts.finding] };
  const yaml = parseYaml(path, parts.frontMatter, 2);
  if (yaml.findings.length > 0) return { findings: [...yaml.findings, ...controlCharacterFindings(path, read.text)] };
  const raw = yaml.value;
  if (!isRecord(raw) || !Object.hasOwn(raw, "schema")) {
    return {
      findings: [
        createFinding("prompt/missing-schema", { path, line: 1 }, `${path} has no \`schema\` in its front matter.`),
      ],
    };
  }
  const parsed = PromptFrontMatter.safeParse(raw);
  if (!parsed.success) return { findings: schemaFindings(parsed.error, path, yaml, codes) };
  if (Buffer.byteLength(parts.body) > sizeLimits.promptBody) {
    const size = Math.ceil(Buffer.byteLength(parts.body) / 1024);
    return {
      findings: [createFinding("prompt/body-too-large", { path, line: parts.bodyLine }, `The body has ${size} KB.`)],
    };
  }
  const front = parsed.data;
  const split = splitMessages(path, parts.body, parts.bodyLine);
  const findings = [...controlCharacterFindings(path, read.text), ...split.findings];
  if (front.model === undefined && front.route === undefined) {
    const at = yaml.at(["name"], { key: true });
    findings.push(
      createFinding("prompt/missing-model", { path, ...at }, "The prompt names neither a model nor a route."),
    );
  }
  if (front.model !== undefined && front.route !== undefined) {
    const at = yaml.at(["model"], { key: true });
    findings.push(createFinding("prompt/model-and-route", { path, ...at }, "The route decides; `model` is not used."));
  }
  const inputs = front.inputs ?? impliedInputs(split.messages);
  const positions = { ...yaml.positions(3), ...split.positions };
  findings.push(...templateFindings(path, split.messages, inputs, positions));
  findings.push(...inputFindings(path, front.inputs ?? {}, split.messages, front.safety, positions));
  const { name, version, description, route, model, parameters, output, safety, tools, evals, owners, metadata } =
    front;
  const prompt: Prompt = {
    path,
    name,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(route === undefined ? {} : { route }),
    ...(model === undefined ? {} : { model: readModel(model) }),
    parameters,
    inputs,
    output,
    safety,
    tools,
    evals,
    owners,
    metadata,
    messages: split.messages,
    contentDigest: promptDigest(raw, parts.body),
    positions,
  };
  return { prompt, findings };
}

function readModel(reference: string): { deployment: string; version?: string } {
  const [deployment = "", version] = reference.split("@");
  return version === undefined ? { deployment } : { deployment, version };
}

/** A prompt that declares no inputs takes each of its placeholders as a required input of any type. */
function impliedInputs(messages: PromptMessage[]): Record<string, PromptInput> {
  const names = messages.flatMap(({ template }) => placeholders(template));
  return Object.fromEntries(names.map((name) => [name, { type: "any" as const }]));
}

function placeholders(template: string): string[] {
  return parseTemplate(template).parts.flatMap((part) => ("name" in part ? [part.name] : []));
}

function templateFindings(
  path: string,
  messages: PromptMessage[],
  inputs: Prompt["inputs"],
  positions: Positions,
): Finding[] {
  return messages.flatMap(({ template }, index) => {
    const start = positions[`messages.${index}`]?.line ?? 1;
    const at = (offset: number, length: number) => {
      const before = template.slice(0, offset);
      const column = offset - before.lastIndexOf("\n");
      const line = start + (before.match(/\n/g)?.length ?? 0);
      return { path, line, column, endLine: line, endColumn: column + length };
    };
    const { parts, problems } = parseTemplate(template);
    const syntax = problems
      .slice(0, 50)
      .map(({ message, offset, length }) => createFinding("prompt/template-syntax", at(offset, length), `${message}.`));
    const unknown = parts.flatMap((part) =>
      "name" in part && !Object.hasOwn(inputs, part.name)
        ? [
            createFinding(
              "prompt/unknown-placeholder",
              at(part.offset, part.name.length + 4),
              `{{${part.name}}} is not a declared input.`,
              `Declare \`${part.name}\` under \`inputs\`, or correct the name.`,
            ),
          ]
        : [],
    );
    return [...syntax, ...unknown.slice(0, 50)];
  });
}

function inputFindings(
  path: string,
  inputs: Prompt["inputs"],
  messages: PromptMessage[],
  safety: PromptSafety,
  positions: Positions,
): Finding[] {
  const used = new Set(messages.flatMap(({ template }) => placeholders(template)));
  const unused = Object.keys(inputs)
    .filter((name) => !used.has(name))
    .map((name) =>
      createFinding(
        "prompt/unused-input",
        { path, ...positions[`inputs.${name}`] },
        `The input \`${name}\` is not used.`,
      ),
    );
  const untrusted = safety.untrusted.flatMap((name, index) =>
    used.has(name)
      ? []
      : [
          createFinding(
            "prompt/invalid",
            { path, ...positions[`safety.untrusted.${index}`] },
            `\`safety.untrusted\` names \`${name}\`, which is no input.`,
          ),
        ],
  );
  return [...unused, ...untrusted];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
