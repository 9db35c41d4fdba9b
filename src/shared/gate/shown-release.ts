import type { AiRepository } from "../repository/ai-repository.ts";

/** A plan as it is told to people: what a release would do. */
export interface ShownRelease {
  name: string;
  path: string;
  stage: string;
  kind: "added" | "removed" | "changed";
  commit: string;
  /** Of the plan; absent where the manifest is removed. */
  digest?: string;
  /** In the order in which they flip. */
  steps: {
    id: string;
    kind: string;
    alias: string;
    after: string[];
    before?: string;
    to: string;
    unchanged: boolean;
  }[];
  /** What refuses it for now, each a sentence. */
  problems: string[];
}

/** What the manifests that a change touches would do; `releases` knows. */
export type ShowReleases = (base: AiRepository, head: AiRepository) => ShownRelease[];
