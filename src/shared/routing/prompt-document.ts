import { hash } from "node:crypto";
import { canonicalJson } from "../repository/digest.ts";
import type { Prompt } from "../repository/prompt.ts";

/** A prompt as it is served: canonical JSON of what its own digest stands for, and that digest. */
export function promptDocument(prompt: Prompt): string {
  const {
    path: _path,
    positions: _positions,
    metadata: _metadata,
    owners: _owners,
    evals: _evals,
    contentDigest,
    ...rest
  } = prompt;
  return canonicalJson({ schema: "assay/prompt/v1", ...rest, digest: contentDigest });
}

/** Names the bytes, as an ETag has to; a prompt's own digest is made of its file. */
export function documentDigest(text: string): string {
  return hash("sha256", text);
}
