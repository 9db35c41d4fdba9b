/** Published versions of the models that deployments are usually named after. */
const versions: Record<string, string> = {
  "gpt-4o": "2024-11-20",
  "gpt-4o-mini": "2024-07-18",
  "gpt-4.1": "2025-04-14",
  "gpt-4.1-mini": "2025-04-14",
  "gpt-4.1-nano": "2025-04-14",
  "gpt-5": "2025-08-07",
  "gpt-5-mini": "2025-08-07",
  "gpt-5-nano": "2025-08-07",
  o1: "2024-12-17",
  "o3-mini": "2025-01-31",
  o3: "2025-04-16",
  "o4-mini": "2025-04-16",
};
const unlistedVersion = "2025-01-01";

export interface Deployment {
  name: string;
  /** What the answer names as `model`. */
  model: string;
  reasoning: boolean;
}

/** The deployment of this name; undefined where the stand-in has none. */
export function findDeployment(name: string): Deployment | undefined {
  if (!/^(?:gpt-|o-|o\d|simulated-)/.test(name)) return undefined;
  const reasoning = /^o[-\d]/.test(name) || /^gpt-5/.test(name);
  const dated = /-\d{4}-\d{2}-\d{2}$/.test(name);
  return { name, model: dated ? name : `${name}-${versions[name] ?? unlistedVersion}`, reasoning };
}

export function listedDeployments(): string[] {
  return Object.keys(versions);
}
