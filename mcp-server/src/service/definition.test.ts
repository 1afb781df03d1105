import { describe, expect, it } from "vitest";
import type { Place } from "../clients/place.ts";
import { defineService } from "./definition.ts";

const server = {
  command: "/opt/my node/bin/node",
  args: ['/o"p\\t/100%/$HOME/moorage.js', "serve", "--listen", "127.0.0.1:8787"],
  env: { MOORAGE_DATA_DIR: "/data & <more>" },
};
const place = (platform: NodeJS.Platform): Place => ({ platform, home: "/home/ada", cwd: "/", env: {} });

describe("on Linux", () => {
  const { path, text, start } = defineService(server, place("linux"));

  it("is a unit of the user's own", () => {
    expect(path).toBe("/home/ada/.config/systemd/user/moorage.service");
    expect(start.flat()).not.toContain("sudo");
  });

  it("starts exactly the command, whatever signs are in its paths", () => {
    const line = /^ExecStart=(.*)$/m.exec(text)![1]!;
    const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word!);
    const read = words.map((word) => word.replaceAll(/\\(.)/g, "$1").replaceAll("%%", "%").replaceAll("$$", "$"));
    expect(read).toEqual([server.command, ...server.args]);
    expect(text).toContain('Environment="MOORAGE_DATA_DIR=/data & <more>"');
  });

  it("is started again when it fails, and not when it was ended", () => {
    expect(text).toContain("Restart=on-failure");
  });
});

describe("on macOS", () => {
  it("is an agent of the user's own, in XML", () => {
    const { path, text } = defineService(server, place("darwin"));
    expect(path).toBe("/home/ada/Library/LaunchAgents/dev.moorage.serve.plist");
    expect(text).toContain("<string>/data &amp; &lt;more&gt;</string>");
    expect(text).toContain("<string>/o&quot;p\\t/100%/$HOME/moorage.js</string>");
  });
});

it("elsewhere says what to do in its place", () => {
  expect(() => defineService(server, place("win32"))).toThrow("moorage serve");
});
