/** `Presence` on Cloudflare: each shard a Durable Object, found by its name. */
import { DurableObject } from "cloudflare:workers";
import type { Beat, Desired } from "@moorage/shared/contracts/instances";
import { createConvexClient } from "../convex-client.ts";
import { type Bindings, parseBindings } from "../env.ts";
import { Sessions } from "../sessions.ts";
import { createSigner } from "../signer.ts";
import { createCalls } from "./convex.ts";
import type { Sender } from "./presence.ts";
import { type Kept, Shard } from "./shard.ts";

const NAME = "name";
const SERVER = "server ";

/** It is told its name with every call, and keeps it for the times it wakes up by itself. */
export class PresenceShard extends DurableObject<Bindings> {
  #shard: Promise<Shard> | undefined;

  async beat(name: string, sender: Sender, beat: Beat): Promise<Desired | undefined> {
    return (await this.#open(name)).beat(sender, beat);
  }

  async admit(name: string, sender: Sender, instance: string, beat: Beat): Promise<Desired | undefined> {
    return (await this.#open(name)).admit(sender, instance, beat);
  }

  async refresh(name: string): Promise<void> {
    await (await this.#open(name)).refresh();
  }

  override async alarm(): Promise<void> {
    const name = await this.ctx.storage.get<string>(NAME);
    if (name !== undefined) await (await this.#open(name)).work();
  }

  #open(name: string): Promise<Shard> {
    this.#shard ??= this.#load(name);
    return this.#shard;
  }

  async #load(name: string): Promise<Shard> {
    const { storage } = this.ctx;
    const settings = parseBindings(this.env);
    const { convexUrl, doorKey = "" } = settings;
    const sessions = new Sessions(createSigner(settings), Date.now);
    const convex = createConvexClient(convexUrl, (input, init) => fetch(input, init));
    const kept = await storage.list<Kept>({ prefix: SERVER });
    if ((await storage.get(NAME)) === undefined) await storage.put(NAME, name);
    return new Shard({
      ...createCalls(convex, () => sessions.open(doorKey, undefined)).shard(name),
      entries: [...kept.values()],
      now: Date.now,
      keep: (kept) => void storage.put(`${SERVER}${kept.keyId}`, kept),
      forget: (keyId) => void storage.delete(`${SERVER}${keyId}`),
      wake: (at) => void this.#wake(at),
      // biome-ignore lint/suspicious/noConsole: on Cloudflare, the console is the log
      onFailure: (error) => console.error("presence", name, error instanceof Error ? error.message : "failed"),
    });
  }

  async #wake(at: number): Promise<void> {
    const { storage } = this.ctx;
    const set = await storage.getAlarm();
    if (set === null || set > at) await storage.setAlarm(at);
  }
}
