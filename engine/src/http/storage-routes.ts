/** The routes behind `storage.generateUploadUrl` and `storage.getUrl`. */
import { createHash } from "node:crypto";
import type { ApiContext } from "./context.ts";
import type { Exchange } from "./exchange.ts";
import { ProtocolError } from "./protocol-error.ts";
import { readBody } from "./request-body.ts";

const SHA256_DIGEST = /^sha-256=(.+)$/i;

/** `POST /api/storage/upload?token=…` with the file as its body; answers `{storageId}`. */
export async function postUpload(context: ApiContext, { request, url }: Exchange): Promise<Response> {
  const token = url.searchParams.get("token");
  if (token === null)
    throw new ProtocolError(400, "BadQueryArgs", "Failed to deserialize query string: missing field `token`");
  const bytes = await readBody(request, context.maxUploadBytes);
  const digest = request.headers.get("digest");
  if (digest !== null) {
    const expected = SHA256_DIGEST.exec(digest)?.[1];
    if (expected === undefined)
      throw new ProtocolError(400, "BadDigest", "The Digest header must be sha-256=<base64>.");
    if (createHash("sha256").update(bytes).digest("base64") !== expected)
      throw new ProtocolError(400, "DigestMismatch", "The file does not match its Digest header.");
  }
  const type = request.headers.get("content-type") ?? "";
  const storageId = await context.host.upload(token, new Blob([bytes], { type }));
  if (storageId === null)
    throw new ProtocolError(401, "InvalidUploadToken", "The upload URL is invalid or has expired.");
  return Response.json({ storageId });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The one range of `bytes=a-b`, `bytes=a-` or `bytes=-n`; null for anything else, which is then ignored. */
function readRange(header: string | null, size: number): Range | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const [, from, to] = match;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size : Math.min(size, Number(to) + 1);
  return start < end ? { start, end } : "unsatisfiable";
}

/** `GET /api/storage/{id}`. */
export async function getFile(context: ApiContext, { request }: Exchange, storageId: string): Promise<Response> {
  const file = await context.host.download(storageId);
  if (file === null) throw new ProtocolError(404, "FileNotFound", "The file does not exist.");
  const { size } = file.body;
  const headers: Record<string, string> = {
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=2592000",
    "content-type": file.contentType ?? "application/octet-stream",
    digest: `sha-256=${file.sha256}`,
    // Files are their uploaders' content: a browser must not take one for something else.
    "x-content-type-options": "nosniff",
  };
  const range = readRange(request.headers.get("range"), size);
  if (range === "unsatisfiable")
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${size}` } });
  headers["content-length"] = String(range === null ? size : range.end - range.start);
  if (range === null) return new Response(file.body, { headers });
  headers["content-range"] = `bytes ${range.start}-${range.end - 1}/${size}`;
  return new Response(file.body.slice(range.start, range.end), { status: 206, headers });
}
