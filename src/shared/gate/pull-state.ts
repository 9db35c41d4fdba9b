import type { PullRequest } from "./code-host.ts";
import type { PullState } from "./schema.ts";

/** Why a pull request is looked at. */
export type Cause =
  | { kind: "seen" }
  /** A re-run button; `id` is the delivery's, so that a repeated message begins nothing. */
  | { kind: "rerun"; id: string }
  /** A writer allows a fork's commit to meet credentials. */
  | { kind: "okToTest"; id: string; sha: string; by: string };

export interface PullTransition {
  state: PullState;
  /** A gate that no longer answers for the head. */
  superseded?: string;
  /** Whether `state.gateId` is a gate that did not exist before. */
  begins: boolean;
}

/** What a look at a pull request changes: a new head, base, re-run or permission begins a new gate; nothing else does. */
export function nextPullState(known: PullState | undefined, pull: PullRequest, cause: Cause): PullTransition {
  const moved =
    !known || known.headSha !== pull.headSha || known.baseRef !== pull.baseRef || (pull.open && !known.open);
  const asked = known !== undefined && cause.kind !== "seen" && known.cause !== cause.id;
  const begins = pull.open && (moved || asked);
  const attempt = (known?.attempt ?? 0) + (begins ? 1 : 0);
  const gateId = begins ? `pull-${pull.number}-${attempt}-${pull.headSha.slice(0, 10)}` : (known?.gateId ?? "");
  const ok = cause.kind === "okToTest" ? { okSha: cause.sha, okBy: cause.by } : {};
  return {
    state: {
      ...known,
      ...ok,
      ...(cause.kind === "seen" ? {} : { cause: cause.id }),
      number: pull.number,
      headSha: pull.headSha,
      baseRef: pull.baseRef,
      gateId,
      attempt,
      open: pull.open,
    },
    begins,
    ...(known?.gateId && (begins || !pull.open) ? { superseded: known.gateId } : {}),
  };
}

/** A fork's content meets no credential until a writer has allowed exactly this commit. */
export function mustWait(pull: PullRequest, state: PullState): boolean {
  return pull.fork && state.okSha !== pull.headSha;
}
