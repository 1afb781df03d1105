import { expect, it } from "vitest";
import { cursorLink, vscodeLink } from "./links.ts";

const server = { command: "/opt/no de", args: ["/a+b/möorage.js", "--profile", "cursor"], env: {} };

it("Cursor's link reads back as the one server object", () => {
  const link = new URL(cursorLink(server));
  expect(`${link.protocol}//${link.host}${link.pathname}`).toBe("cursor://anysphere.cursor-deeplink/mcp/install");
  expect(link.searchParams.get("name")).toBe("moorage");
  const config = Buffer.from(link.searchParams.get("config")!, "base64").toString("utf8");
  expect(JSON.parse(config)).toEqual({ command: server.command, args: server.args });
});

it("VS Code's link reads back as a named server", () => {
  const [path, query = ""] = vscodeLink({ ...server, env: { MOORAGE_DATA_DIR: "/d" } }).split("?");
  expect(path).toBe("vscode:mcp/install");
  expect(JSON.parse(decodeURIComponent(query))).toEqual({
    name: "moorage",
    ...server,
    env: { MOORAGE_DATA_DIR: "/d" },
  });
});
