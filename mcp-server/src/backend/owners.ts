import type { Target } from "../config.ts";
import { version } from "../published.static.ts";
import { createBackend } from "./client.ts";
import { openDoor } from "./open.ts";
import type { Backend } from "./types.ts";

/** Moorage as a command of a person's uses it: with their own key. */
export const ownersBackend = (target: Target): Backend =>
  createBackend(() => openDoor(target, "owner"), { clientName: () => `moorage/${version}`, readOnly: false });
