import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";

/** One line about the machine; on a busy one no figure can be trusted, ratios less so than they look. */
export function describeMachine(): string {
  const cores = availableParallelism();
  const load = loadavg()[0]!;
  const line = `${cores} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}, load ${load.toFixed(2)}`;
  return load > cores / 2 ? `${line}\nWARNING: the machine is busy; run this again when it is quiet.` : line;
}

/** Resident memory of a process of ours, in MB; NaN where the system does not tell. */
export function residentMb(pid: number): number {
  try {
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kb) / 1024;
  } catch {
    return Number.NaN;
  }
}
