/** The world may answer differently soon: the trigger throws, the queue delivers the message again. */
export class RetryableError extends Error {
  override name = "RetryableError";
}

/** As RetryableError, with the wait that the other side asked for. */
export class RetryAfterError extends RetryableError {
  override name = "RetryAfterError";
  /** Milliseconds to wait before the next try. */
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Trying again cannot help: record it, tell a person, take the message off the queue. */
export class PermanentError extends Error {
  override name = "PermanentError";
}

/** The other side does not have what was asked for; of what was announced a moment ago it may still get it. */
export class NotFoundError extends PermanentError {
  override name = "NotFoundError";
}

/** What came in is wrong. The message says what, where, and how to mend it. */
export class InvalidInputError extends PermanentError {
  override name = "InvalidInputError";
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
