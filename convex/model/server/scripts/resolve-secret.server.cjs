#!/usr/local/bin/node
// OpenClaw asks here for the values of its secrets; they are files in memory, mounted read-only.
const { readFileSync } = require("node:fs");
const folder = process.env.MOORAGE_SECRETS || "/run/moorage/secrets";
const { ids } = JSON.parse(readFileSync(0, "utf8"));
const [values, errors] = [{}, {}];
for (const id of ids) {
  try {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(id)) throw new Error();
    values[id] = readFileSync(`${folder}/${id}`, "utf8");
  } catch {
    errors[id] = { code: "NOT_FOUND" };
  }
}
process.stdout.write(JSON.stringify({ protocolVersion: 1, values, errors }));
