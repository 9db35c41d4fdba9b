import { KeptAnswer, type KeptAnswers } from "../evals/scoring-models.ts";
import type { Blobs } from "./blobs.ts";

/** What judges said, a blob each below the repository. */
export function createJudgements(blobs: Blobs): (repositoryId: number) => KeptAnswers {
  return (repositoryId) => {
    const path = (key: string) => `${repositoryId}/judgements/${key}.json`;
    return {
      async get(key) {
        const bytes = await blobs.get(path(key));
        return bytes && KeptAnswer.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
      },
      put: (key, answer) => blobs.put(path(key), JSON.stringify(answer)),
    };
  };
}
