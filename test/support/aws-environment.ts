/** Leaves the SDK nothing of AWS in the environment but this. Returns what restores the environment. */
export function inAwsEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = { ...process.env };
  const clear = () => {
    for (const name of Object.keys(process.env))
      if (name.startsWith('AWS_') && !name.endsWith('_WARNING_DISABLED'))
        Reflect.deleteProperty(process.env, name);
  };
  clear();
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nowhere/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
    ...variables,
  });
  return () => {
    clear();
    Object.assign(process.env, before);
  };
}
