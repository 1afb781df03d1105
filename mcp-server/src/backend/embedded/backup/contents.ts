/** What a backup holds: a line about it, with the keys and the directory's marker, then the database. */
import { createReadStream, createWriteStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { parseJson } from "../directories.ts";
import { deployment } from "./deployments.ts";
import { damaged } from "./sealed-file.ts";

/** Far more than keys and names need. */
const MAX_LINE_BYTES = 1024 * 1024;

const about = z.object({
  createdAt: z.string(),
  release: z.string(),
  /** The text of `moorage.json`, and of the key file. */
  marker: z.string(),
  keys: z.string(),
  deployments: z.array(deployment),
  databaseBytes: z.number(),
});
export type About = z.infer<typeof about>;

export async function* pack(facts: Omit<About, "databaseBytes">, database: string): AsyncGenerator<Buffer> {
  const line: About = { ...facts, databaseBytes: statSync(database).size };
  yield Buffer.from(`${JSON.stringify(line)}\n`);
  yield* createReadStream(database);
}

/** Writes the database to `database`, and resolves with the rest. */
export async function unpack(content: AsyncIterable<Buffer>, database: string, name: string): Promise<About> {
  let line: Buffer = Buffer.alloc(0);
  let facts: About | undefined;
  let bytes = 0;
  async function* databaseOf() {
    for await (const chunk of content) {
      if (facts !== undefined) {
        yield count(chunk);
        continue;
      }
      line = Buffer.concat([line, chunk]);
      const end = line.indexOf("\n");
      if (end === -1 && line.length < MAX_LINE_BYTES) continue;
      facts = readAbout(line.toString("utf8", 0, Math.max(0, end)), name);
      yield count(line.subarray(end + 1));
    }
  }
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    return chunk;
  };
  await pipeline(Readable.from(databaseOf()), createWriteStream(database, { mode: 0o600 }));
  if (facts === undefined || bytes !== (facts as About).databaseBytes) throw damaged(name);
  return facts;
}

function readAbout(line: string, name: string): About {
  const parsed = about.safeParse(parseJson(line));
  if (!parsed.success) throw damaged(name);
  return parsed.data;
}
