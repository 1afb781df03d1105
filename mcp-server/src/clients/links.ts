/** Links by which a client adds the server itself. They hold no secret: the entry has none. */
import { SERVER_NAME, type ServerCommand } from "./clients.ts";

export function cursorLink({ command, args, env }: ServerCommand): string {
  const server = { command, args, ...(Object.keys(env).length === 0 ? {} : { env }) };
  const config = encodeURIComponent(Buffer.from(JSON.stringify(server)).toString("base64"));
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=${SERVER_NAME}&config=${config}`;
}

export function vscodeLink({ command, args, env }: ServerCommand): string {
  const server = { name: SERVER_NAME, command, args, ...(Object.keys(env).length === 0 ? {} : { env }) };
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify(server))}`;
}
