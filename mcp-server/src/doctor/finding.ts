/** What `moorage doctor` says of one thing: a sentence, and where something is to be done the command that does it. */
export interface Finding {
  /** `node`, `data`, `client cursor`, … */
  check: string;
  state: "ok" | "warning" | "broken";
  message: string;
  command?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, state: "ok", message });
export const warning = (check: string, message: string, command: string): Finding => ({
  check,
  state: "warning",
  message,
  command,
});
export const broken = (check: string, message: string, command: string): Finding => ({
  check,
  state: "broken",
  message,
  command,
});
