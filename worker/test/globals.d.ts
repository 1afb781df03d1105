declare namespace Cloudflare {
  /** Gives `exports` of cloudflare:workers its type, as `wrangler types` would. */
  interface GlobalProps {
    mainModule: typeof import("../src/index.ts");
  }
}

/** A file as text. */
declare module "*?raw" {
  const text: string;
  export default text;
}
