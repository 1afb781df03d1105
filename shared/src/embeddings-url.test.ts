import { expect, it } from "vitest";
import { embeddingsUrlProblem, LOOPBACK } from "./embeddings-url.ts";

it.each([
  ["https://api.openai.com/v1", undefined],
  ["http://localhost:11434/v1", LOOPBACK],
  ["http://127.0.0.1:11434/v1", LOOPBACK],
  ["http://models.lan:8080/v1", "http://models.lan:8080"],
])("%s may be asked where %s is allowed besides", (url, local) => {
  expect(embeddingsUrlProblem(url, local)).toBeUndefined();
});

it.each([
  ["http://localhost:11434/v1", undefined],
  ["http://localhost:11434/v1", "http://localhost:8080"],
  ["http://192.168.1.2/v1", LOOPBACK],
  ["http://localhost.example.com/v1", LOOPBACK],
  ["http://me:word@localhost/v1", LOOPBACK],
  ["file:///etc/passwd", LOOPBACK],
  ["https://169.254.169.254/latest", LOOPBACK],
  ["https://api.example.com/v1?key=1", undefined],
  ["nothing", undefined],
])("%s may not where %s is", (url, local) => {
  expect(embeddingsUrlProblem(url, local)).toMatch(/^must /);
});
