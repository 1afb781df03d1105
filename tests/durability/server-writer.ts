/** The built server over stdio, written to as a coding agent would, several calls at a time. */
import { databaseOf, embedded } from "../support/embedded.ts";
import { StdioClient } from "../support/stdio-client.ts";
import { integrityOf } from "./integrity.ts";
import type { Writer } from "./writer.ts";

const CALLS = 8;

export function serverWriter(entry: string, home: string): Writer {
  return {
    name: "the stdio server",
    start(first, acknowledged) {
      const server = new StdioClient(embedded(entry, home));
      let killed = false;
      const broken = new Promise<never>((_, reject) => {
        // Calls that were under way when it was killed fail; any other failure is what this is here to find.
        write(server, first, acknowledged).catch((error: unknown) => {
          if (!killed) reject(error);
        });
      });
      return {
        broken,
        kill: () => {
          killed = true;
          return server.kill();
        },
      };
    },
    async survivors() {
      const server = new StdioClient(embedded(entry, home));
      await server.initialize();
      const numbers = new Set<number>();
      let cursor: string | undefined;
      do {
        const page = await listPage(server, cursor);
        for (const { content } of page.memories) numbers.add(Number(content.split(" ").at(-1)));
        cursor = page.cursor;
      } while (cursor !== undefined);
      await server.close();
      return { numbers, halves: 0, integrity: integrityOf(databaseOf(home)) };
    },
  };
}

async function write(server: StdioClient, first: number, acknowledged: (number: number) => void): Promise<void> {
  await server.initialize();
  let next = first;
  const lane = async () => {
    for (;;) {
      const number = next++;
      await server.call("memory_add", { type: "note", content: `entry ${number}` });
      acknowledged(number);
    }
  };
  await Promise.all(Array.from({ length: CALLS }, lane));
}

interface Page {
  memories: { content: string }[];
  cursor?: string;
}

async function listPage(server: StdioClient, cursor: string | undefined): Promise<Page> {
  const { content } = await server.call("memory_list", { limit: 100, ...(cursor === undefined ? {} : { cursor }) });
  return JSON.parse(content[0]!.text);
}
