/** A setting that cannot be used; the message is one line for whoever wrote it. */
export class SettingError extends Error {
  /** The environment's variables that it is about; without them all would be read otherwise. */
  readonly variables: readonly string[];

  constructor(message: string, variables: readonly string[] = []) {
    super(message);
    this.variables = variables;
  }
}
