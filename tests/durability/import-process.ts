/** One phase of an import, in a process that dies at a chosen step: right after its nth call or its nth change of a file. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { home, files, input, steps } = JSON.parse(process.argv[2]!) as {
  home: { dataDir: string; configDir: string };
  files: string;
  input: Record<string, unknown>;
  steps: number;
};

let done = 0;
function step(): void {
  done++;
  if (done === steps) process.kill(process.pid, "SIGKILL");
}

const { renameSync, writeFileSync } = fs;
fs.renameSync = (...args) => {
  renameSync(...args);
  step();
};
fs.writeFileSync = (...args) => {
  writeFileSync(...args);
  step();
};
syncBuiltinESMExports();

const { createBackend } = await import("moorage/backend/client");
const { openDoor } = await import("moorage/backend/open");
const { runTool } = await import("moorage/run");
const { createSession } = await import("moorage/session");
const { default: importEnv } = await import("moorage/tools/secret/import-env");

const target = { kind: "embedded" as const, ...home };
const inner = createBackend(() => openDoor(target, "agent"), { clientName: () => "tests", readOnly: false });
const backend: typeof inner = {
  ...inner,
  call: async (...args) => {
    const answer = await inner.call(...args);
    step();
    return answer;
  },
};
const person = { command: () => "", hasPages: false, client: () => ({ confirm: async () => true }) };
const session = createSession({ cwd: files, importRoots: [files], target });
const answer = await runTool(importEnv, input, { session, backend, person });
await backend.close();
process.stdout.write(JSON.stringify(answer));
