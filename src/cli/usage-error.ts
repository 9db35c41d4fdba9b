import { InvalidInputError } from "../shared/errors.ts";

/** The command line or a file that it names is wrong. `mend` says what to do about it. */
export class UsageError extends InvalidInputError {
  override name = "UsageError";
  readonly mend: string | undefined;
  constructor(message: string, mend?: string) {
    super(message);
    this.mend = mend;
  }
}
