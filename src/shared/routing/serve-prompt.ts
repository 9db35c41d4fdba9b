import { documentDigest } from "./prompt-document.ts";
import type { ServedPrompts } from "./route-alias.ts";
import {
  cacheControl,
  type DocumentAnswer,
  type DocumentRequest,
  findNamed,
  holds,
  readDocument,
  refuse,
} from "./serve-document.ts";

export interface PromptRequest extends DocumentRequest {
  stage?: string | null;
}

export interface PromptPorts {
  prompts: ServedPrompts;
  /** owner/name of the repositories that are served. */
  repositories: readonly string[];
}

/**
 * The prompt that is released: its alias is the one read of storage. The ETag is the sha256 of the document's bytes, and
 * `assay-prompt-digest` the prompt's own digest, which manifests, decisions and `?digest=` name.
 */
export async function servePrompt(request: PromptRequest, ports: PromptPorts): Promise<DocumentAnswer> {
  const { digest: asked, stage } = request;
  if (stage && stage !== "prod")
    return refuse({ status: 400, error: "A prompt is served for `stage=prod` alone; leave `stage` out." });
  const { prompts, repositories } = ports;
  const found = await findNamed(request, { kind: "prompt", alias: prompts.alias, repositories });
  if ("status" in found) return refuse(found);
  const digest = asked || found.digest;
  const headersOf = (document: string) => ({
    etag: `"${document}"`,
    "cache-control": cacheControl(asked),
    "assay-prompt-digest": digest,
    "assay-commit": found.commit,
  });
  if (digest === found.digest && holds(request.ifNoneMatch, found.document))
    return { status: 304, headers: headersOf(found.document) };
  const body = await readDocument("prompt", found, asked, prompts.document);
  if (typeof body !== "string") return refuse(body);
  const headers = headersOf(documentDigest(body));
  if (holds(request.ifNoneMatch, documentDigest(body))) return { status: 304, headers };
  return { status: 200, headers: { ...headers, "content-type": "application/json" }, body };
}
