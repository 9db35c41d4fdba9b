import type { AiRepository } from "../shared/repository/ai-repository.ts";
import { readRepository } from "../shared/repository/read-repository.ts";
import { type Checkout, workingTree } from "./checkout.ts";
import { UsageError } from "./usage-error.ts";

/** The AI repository as it lies there, committed or not. */
export async function readWorkingTree({ root, reader }: Checkout): Promise<AiRepository> {
  const repository = await readRepository(reader, workingTree);
  if (repository.files.size === 0 && repository.findings.length === 0)
    throw new UsageError(
      `${root} holds no AI repository: there is neither \`assay.yaml\` nor a file in \`prompts/\` or \`evals/\`.`,
      "Run this in the checkout, name its folder, or begin one with `assay init`.",
    );
  return repository;
}
