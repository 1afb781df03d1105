/** The least a Worker before Convex could do: pass every call on. */
import { Hono } from "hono";
import { proxy } from "hono/proxy";

const app = new Hono<{ Bindings: { CONVEX_URL: string } }>();
app.post("/api/:kind", (c) => proxy(`${c.env.CONVEX_URL}/api/${c.req.param("kind")}`, { raw: c.req.raw }));

export default app;
