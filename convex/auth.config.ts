import { authConfigFor, type DoorIdentity } from "./lib/authConfig.ts";

export default authConfigFor(process.env as unknown as DoorIdentity);
