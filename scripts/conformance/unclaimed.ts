/** A row that the product does not claim to compute; the message says why. */
export class UnclaimedError extends Error {
  override name = "UnclaimedError";
}
