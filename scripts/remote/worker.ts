/** The Worker in workerd, as `wrangler dev` runs it. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface WorkerOptions {
  vars: Record<string, string>;
  /** 0 for a free one. */
  port: number;
}

export interface RunningWorker {
  url: string;
  close(): Promise<void>;
}

/** `scratch` is for what wrangler writes down; it goes with everything else. */
export async function startWorker(options: WorkerOptions & { scratch: string }): Promise<RunningWorker> {
  const { scratch, ...forWorker } = options;
  // In a process group of its own, out of Ctrl-C's reach: workerd is to end in order, after those who call it.
  const child = fork(fileURLToPath(new URL("worker-process.ts", import.meta.url)), {
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      // Nothing here needs the internet: no usage report, no look for a newer release, no download of a sample request.
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_WRITE_LOGS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_LOG: "warn",
      WRANGLER_LOG_PATH: join(scratch, "logs"),
      WRANGLER_REGISTRY_PATH: join(scratch, "registry"),
    },
  });
  const ended = once(child, "exit");
  // By message: on a command line the signing key would be seen by every process of the machine.
  child.send(forWorker);
  const url = await Promise.race([
    once(child, "message").then(([message]) => (message as { url: string }).url),
    ended.then(([code]) => {
      throw new Error(`The Worker did not start (exit code ${code}); what wrangler says about it is above.`);
    }),
  ]);
  return {
    url,
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
