/** The Worker's own code, without the log and the rate limit, which are Cloudflare's: here wrangler would imitate them. */
import { createApp } from "@moorage/worker/app";

export default createApp();
