import { type SampleStore, type StoredSample, sampleKey } from "../evals/shard.ts";
import type { PlannedSide } from "./plan.ts";

/** The samples of a gate, each blob read once. */
export interface SampleReader {
  /** By repeat; undefined where a sample is missing. */
  of(caseId: string, side: PlannedSide, repeats: number): Promise<(StoredSample | undefined)[]>;
}

export function createSampleReader(repositoryId: number, store: Pick<SampleStore, "read">): SampleReader {
  const blobs = new Map<string, Promise<Map<string, StoredSample>>>();
  return {
    async of(caseId, { requestDigest, samplesPath }, repeats) {
      const reading = blobs.get(samplesPath) ?? store.read(`${repositoryId}/${samplesPath}`);
      blobs.set(samplesPath, reading);
      const samples = await reading;
      return Array.from({ length: repeats }, (_, repeat) => samples.get(sampleKey({ caseId, requestDigest, repeat })));
    },
  };
}
