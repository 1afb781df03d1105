/** What `moorage doctor` says of one thing: a sentence, and where something is to be done the command that does it. */
export interface Finding {
  /** `node`, `data`, `client cursor`, … */
  check: string;
  state: "ok" | "warning" | "broken";
  message: string;
  command?: Remedy;
}

/** The words of a command of ours, of which doctor makes a line that can be pasted; or such a line, of other programs. */
export type Remedy = readonly string[] | string;

export const ok = (check: string, message: string): Finding => ({ check, state: "ok", message });
export const warning = (check: string, message: string, command: Remedy): Finding => ({
  check,
  state: "warning",
  message,
  command,
});
export const broken = (check: string, message: string, command: Remedy): Finding => ({
  check,
  state: "broken",
  message,
  command,
});
