import { AppError } from "@moorage/shared/errors";
import { BODY_BYTES } from "@moorage/shared/limits";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../env.ts";

/** Reads the body, but never more of it than a call may have, whatever the headers say. */
export const bodyLimit: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { body, headers } = c.req.raw;
  if (Number(headers.get("content-length") ?? 0) > BODY_BYTES) throw tooLarge();
  c.set("body", body === null ? "" : await readText(body));
  await next();
};

async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const reader = body.getReader();
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + utf8.decode();
      size += value.byteLength;
      if (size > BODY_BYTES) {
        await reader.cancel();
        throw tooLarge();
      }
      text += utf8.decode(value, { stream: true });
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("invalid_input", "The body did not arrive whole, or is not UTF-8.");
  }
}

const tooLarge = () => new AppError("too_large", `A call may have at most ${BODY_BYTES} bytes.`);
