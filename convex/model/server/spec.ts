/** What a server is made from, and a file of it. */
import type { Profile } from "@moorage/shared/deployment";

export interface ServerSpec {
  name: string;
  profile: Profile;
  /** Where Moorage's door is, as the server reaches it. */
  url: string;
  /** Whose holders may log in as `ops`, beside those of the provider's account. */
  sshKeys: readonly string[];
  /** A machine of the user's own keeps its accounts and its SSH as they are. */
  isOwn: boolean;
}

export interface File {
  path: string;
  /** Four octal digits. */
  mode: string;
  content: string;
}
