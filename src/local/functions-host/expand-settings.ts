type Environment = Record<string, string | undefined>;

/** Replaces `%NAME%` by the setting, as the host does in binding options. */
export function expandSettings(text: string, env: Environment): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (!value) throw new Error(`"${text}" needs the setting ${name}, which is not set.`);
    return value;
  });
}

/** The connection string that a binding's `connection` names: the setting itself, or `AzureWebJobs` before it. */
export function connectionString(prefix: string, env: Environment): string {
  const value = env[prefix] ?? env[`AzureWebJobs${prefix}`];
  if (!value) throw new Error(`The connection "${prefix}" is not set; the local host takes connection strings alone.`);
  return value;
}
