/** The person behind a session, who types, approves and reads what no tool does for them. */
export interface Person {
  /** A command of ours as they can paste it into a terminal. */
  command(words: readonly string[]): string;
  /** Whether they are told the address of a page: someone at a terminal needs none. */
  readonly hasPages: boolean;
  /** What their MCP client does for them, once it has said what it can. */
  client(): Client;
}

/** Most clients can do nothing of this, some show a form, few open a page. */
export interface Client {
  /** Their yes or no; undefined where they gave neither. */
  confirm?(message: string, signal: AbortSignal | undefined): Promise<boolean | undefined>;
  /** Offers to open a page. Whether they did is for the page to tell. */
  open?(page: { url: string; message: string }, signal: AbortSignal | undefined): Promise<void>;
}
