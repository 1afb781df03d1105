/** Convex's runtime has the deployment's environment variables, and nothing else of Node's `process`. */
declare const process: { env: Record<string, string | undefined> };
