type Environment = Record<string, string | undefined>;

/** Replaces `%NAME%` by the setting, as the host does in binding options. Throws, naming a setting that is not set. */
export function expandSettings(text: string, env: Environment): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (!value) throw new Error(`"${text}" needs the setting ${name}, which is not set.`);
    return value;
  });
}

/**
 * The connection string that a binding's `connection` names: `AzureWebJobs<Name>` first, then `<Name>`, as the host looks
 * them up; without a name it is the host's own storage. Identities are Azure's alone.
 */
export function connectionString(name: string, env: Environment): string {
  const prefix = name || "Storage";
  const value = env[`AzureWebJobs${prefix}`] || env[prefix];
  if (!value) throw new Error(`The connection "${prefix}" is not set; the local host takes connection strings alone.`);
  return value;
}
