/**
 * The one-time pages of a process that otherwise does not listen: on this machine alone, from the first page that is
 * needed until the last one's time is over. The door itself checks under which name it is asked, and by whom.
 */
import { type Server, serve } from "@moorage/engine/serve";
import { log } from "../../log.ts";

/** Nothing else of the door is reached over the network. */
const PAGE = /^\/(?:secret|approve)\/\w+$/;
/** A page that is over says so for a while. */
const OVER_MS = 60_000;

export interface LocalPages {
  /** The pages' address, which answers until then and longer; undefined where this process may not listen. */
  open(until: number): Promise<string | undefined>;
  close(): Promise<void>;
}

export function localPages(show: (request: Request, address: string) => Promise<Response>): LocalPages {
  let listening: Promise<Server> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let last = 0;

  async function answer(request: Request): Promise<Response> {
    const server = await listening;
    const isPage = server !== undefined && PAGE.test(new URL(request.url).pathname);
    return isPage ? show(request, server.url) : new Response(null, { status: 404 });
  }

  async function close() {
    clearTimeout(timer);
    const server = listening;
    listening = undefined;
    await (await server?.catch(() => undefined))?.close();
  }

  return {
    async open(until) {
      last = Math.max(last, until);
      listening ??= serve(answer, { host: "127.0.0.1", port: 0 });
      clearTimeout(timer);
      timer = setTimeout(() => void close(), last - Date.now() + OVER_MS).unref();
      try {
        return (await listening).url;
      } catch (error) {
        listening = undefined;
        log("could not open a page on this machine", error);
        return undefined;
      }
    },
    close,
  };
}
