/** One call of an OpenAI-compatible service: texts out, vectors back, and nothing else that it says believed. */
import { embeddingsUrlProblem } from "@moorage/shared/embeddings-url";
import * as z from "zod";
import { fitted } from "./vector.ts";

export interface Endpoint {
  url: string;
  model: string;
  dimensions?: number;
  key?: string;
}

/** Sixty-four vectors of 4,096 numbers, as JSON writes them, and then some. */
const ANSWER_BYTES = 16 * 1024 * 1024;

const answerForm = z.object({ data: z.array(z.object({ index: z.int().optional(), embedding: z.array(z.number()) })) });

/** Why there are no vectors, in words of ours alone. */
export class EndpointFailure extends Error {}

export async function embed(endpoint: Endpoint, texts: readonly string[], timeoutMs: number): Promise<number[][]> {
  const { url, model, dimensions, key } = endpoint;
  const problem = embeddingsUrlProblem(url, process.env["MOORAGE_EMBEDDINGS_LOCAL"]);
  if (problem !== undefined) throw new EndpointFailure(`The endpoint's address ${problem}.`);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  try {
    const response = await fetch(`${url.replace(/\/+$/, "")}/embeddings`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model, input: texts, ...(dimensions === undefined ? {} : { dimensions }) }),
      // The key and the memories are for this address, and no other that it may lead to.
      redirect: "manual",
      signal: limit.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new EndpointFailure(`The endpoint answered ${response.status}.`);
    }
    return vectorsIn(await textOf(response), texts.length);
  } catch (error) {
    throw error instanceof EndpointFailure ? error : new EndpointFailure("No answer came from the endpoint.");
  } finally {
    clearTimeout(timer);
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for (const reader = response.body!.getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > ANSWER_BYTES) {
      await reader.cancel();
      throw new EndpointFailure("The endpoint's answer has no end.");
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** In the order of the texts: the answer may say which is which. */
function vectorsIn(text: string, count: number): number[][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EndpointFailure("The endpoint's answer is no JSON.");
  }
  const data = answerForm.safeParse(value).data?.data ?? [];
  const vectors = data
    .map(({ index, embedding }, at) => ({ index: index ?? at, vector: fitted(embedding) }))
    .sort((a, b) => a.index - b.index);
  if (vectors.length !== count || vectors.some(({ index }, at) => index !== at))
    throw new EndpointFailure("The endpoint's answer does not hold a vector for each text.");
  return vectors.map(({ vector }) => {
    if (vector === undefined) throw new EndpointFailure("The endpoint's vectors are no directions.");
    return vector;
  });
}
