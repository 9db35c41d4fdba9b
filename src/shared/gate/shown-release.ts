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
  /** What people put on its targets for a time, each a sentence. */
  marks?: string[];
}

/** Plans with what people put on their targets for a time; `releases` knows. */
export type MarkReleases = (repositoryId: number, shown: ShownRelease[]) => Promise<ShownRelease[]>;

/** What the manifests that a change touches would do; `releases` knows. */
export type ShowReleases = (base: AiRepository, head: AiRepository) => ShownRelease[];
