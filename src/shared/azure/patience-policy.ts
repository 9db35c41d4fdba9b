import { type PipelinePolicy, RestError } from "@azure/core-rest-pipeline";

/** A look is answered within a second or not at all; a write may wait for the account. */
const usual = { readMs: 10_000, writeMs: 30_000 };

/**
 * A call without its whole answer by then is one without an answer: an outage that takes the connection and says nothing
 * would else hold a rollback beyond every deadline. The SDK's own `timeout` ends with the headers.
 */
export function patiencePolicy({ readMs, writeMs } = usual): PipelinePolicy {
  return {
    name: "patiencePolicy",
    async sendRequest(request, next) {
      const ms = request.method === "GET" ? readMs : writeMs;
      const late = AbortSignal.timeout(ms);
      const given = request.abortSignal;
      request.abortSignal = given instanceof AbortSignal ? AbortSignal.any([given, late]) : late;
      try {
        return await next(request);
      } catch (thrown) {
        if (!late.aborted || given?.aborted) throw thrown;
        throw new RestError(`no answer within ${ms / 1000} s`, { code: RestError.REQUEST_SEND_ERROR, request });
      } finally {
        if (given) request.abortSignal = given;
        else delete request.abortSignal;
      }
    },
  };
}
