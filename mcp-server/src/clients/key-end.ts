/** Time enough for whoever looks now and then. */
const SOON_MS = 14 * 86_400_000;

/** Whether a key ends so soon that another one is to take its place. */
export const endsSoon = (expiresAt: number | undefined, now = Date.now()): boolean =>
  expiresAt !== undefined && expiresAt - now <= SOON_MS;
