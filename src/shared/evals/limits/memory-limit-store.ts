import type { DeploymentLimit } from "./deployment-limit.ts";
import type { LimitStore } from "./leased-limiter.ts";

/** For one process that shares its deployments with nobody that it knows of. */
export function createMemoryLimitStore(): LimitStore {
  const known = new Map<string, DeploymentLimit>();
  return {
    async change(deployment, next) {
      const limit = next(known.get(deployment));
      known.set(deployment, limit);
      return limit;
    },
  };
}
