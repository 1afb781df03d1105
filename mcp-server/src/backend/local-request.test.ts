import { expect, it } from "vitest";
import { localRequest } from "./local-request.ts";

const init = {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: "Bearer x" },
  body: '{"ü":1}',
};
const make = [
  ["a local request", localRequest],
  ["Node's own", (input: string, options: RequestInit) => new Request(input, options)],
] as const;

it.each(make)("%s is read alike", async (_, create) => {
  const request = create("https://door.invalid/api/query", init);
  expect(request).toMatchObject({ method: "POST", url: "https://door.invalid/api/query" });
  expect(request.headers.get("content-type")).toBe("application/json");
  expect(request.headers.has("AUTHORIZATION")).toBe(true);
  expect(request.headers.get("origin")).toBeNull();
  expect(Object.fromEntries(request.headers)).toMatchObject({ authorization: "Bearer x" });
  const names: string[] = [];
  request.headers.forEach((_value, name) => {
    names.push(name);
  });
  expect(names.sort()).toEqual(["authorization", "content-type"]);
  expect(request.signal.aborted).toBe(false);
  expect(await request.json()).toEqual({ ü: 1 });
});

it.each(make)("the body of %s is read as a stream, once", async (_, create) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of create("https://door.invalid/", init).body!) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe(init.body);
  const reader = create("https://door.invalid/", init).body!.getReader();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe(init.body);
  expect((await reader.read()).done).toBe(true);
});

it("what it was given to stop by reaches the handler", () => {
  const { signal } = new AbortController();
  expect(localRequest("https://door.invalid/", { ...init, signal }).signal).toBe(signal);
});

it("anything but text with headers by name gets Node's own", () => {
  expect(localRequest("https://door.invalid/")).toBeInstanceOf(Request);
  expect(localRequest("https://door.invalid/", { ...init, headers: new Headers() })).toBeInstanceOf(Request);
});
