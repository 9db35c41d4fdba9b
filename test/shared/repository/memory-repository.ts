import { blobSha } from "../../../src/shared/repository/read-blobs.ts";
import { readRepository } from "../../../src/shared/repository/read-repository.ts";
import type { RepositoryReader, TreeEntry } from "../../../src/shared/repository/repository-reader.ts";

export interface MemoryRepository {
  reader: RepositoryReader;
  entries: TreeEntry[];
  /** SHAs of the blobs that were fetched, in order. */
  fetched: string[];
}

/** Files as git objects with their real names. */
export function memoryRepository(files: Record<string, string | Uint8Array>): MemoryRepository {
  const blobs = new Map<string, Uint8Array>();
  const entries = Object.entries(files).map(([path, content]) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const sha = blobSha(bytes);
    blobs.set(sha, bytes);
    return { path, mode: "100644", type: "blob", sha, size: bytes.length };
  });
  const fetched: string[] = [];
  const reader: RepositoryReader = {
    tree: async () => entries,
    blob: async (sha) => {
      fetched.push(sha);
      const bytes = blobs.get(sha);
      if (!bytes) throw new Error(`no blob ${sha}`);
      return bytes;
    },
  };
  return { reader, entries, fetched };
}

export const helloPrompt = `---
schema: assay/prompt/v1
name: hello
version: 1.0.0
model: gpt-4.1@2025-04-14
inputs:
  question: { type: string }
---
system:
You answer briefly.

user:
{{question}}
`;

export const helloSuite = `schema: assay/suite/v1
name: hello-suite
version: 1.0.0
prompts: [hello]
datasets:
  - path: cases.jsonl
evaluators:
  - uses: contains
    threshold: 0.8
`;

export const helloCases = `{"question": "What is one plus one?", "expected": "two"}
{"id": "greeting", "inputs": {"question": "Hello?"}, "expected": ["hello", "hi"]}
`;

export const helloFiles = {
  "prompts/hello.prompt.md": helloPrompt,
  "evals/hello-suite.yaml": helloSuite,
  "evals/cases.jsonl": helloCases,
  "assay.yaml": "schema: assay/policy/v1\n",
};

/** What the product reads of these files. */
export const readFiles = (files: Record<string, string | Uint8Array>) =>
  readRepository(memoryRepository(files).reader, "c0ffee");
