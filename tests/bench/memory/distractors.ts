/** Memories that answer nothing, in the conversations' own words: chains of words that follow each other there. */
import type { Conversation, Turn } from "./conversations.ts";

const NAMES =
  "Alice Bruno Chidi Dalia Emil Farah Goran Hana Ivo Jana Kofi Lena Mateo Nadia Oskar Priya Rosa Sven Tara Uma";
const SESSION_TURNS = 20;
const FIRST_DAY = Date.UTC(2022, 0, 1);
const DAYS = 700;
const DAY_MS = 24 * 60 * 60 * 1000;

export function makeDistractors(conversations: readonly Conversation[], count: number): Turn[] {
  const random = randomFrom(20_260_508);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const { starts, follows } = chainOf(conversations);
  const names = NAMES.split(" ");
  const turns: Turn[] = [];
  let occurredAt = "";
  let speakers: string[] = [];
  for (let i = 0; i < count; i++) {
    if (i % SESSION_TURNS === 0) {
      occurredAt = new Date(FIRST_DAY + Math.floor(random() * DAYS) * DAY_MS).toISOString();
      speakers = [pick(names), pick(names)];
    }
    const words = [...pick(starts)];
    for (const length = 8 + random() * 40; words.length < length; ) {
      const [one, other] = words.slice(-2);
      const next = pick(follows.get(`${one} ${other}`) ?? [END]);
      if (next === END) words.push(...pick(starts));
      else words.push(next);
    }
    turns.push({ content: `${speakers[i % 2]}: ${words.join(" ")}`, occurredAt });
  }
  return turns;
}

const END = "";

/** Which word follows which two, over all turns; the conversations' own speakers go by another name. */
function chainOf(conversations: readonly Conversation[]) {
  const said = conversations.flatMap(({ turns }) => turns.map(({ content }) => content));
  const speakers = new Set(said.map((content) => content.slice(0, content.indexOf(":"))));
  const starts: [string, string][] = [];
  const follows = new Map<string, string[]>();
  for (const content of said) {
    const words = content
      .slice(content.indexOf(":") + 2)
      .split(/\s+/)
      .map((word) => ([...speakers].some((name) => word.includes(name)) ? "friend" : word));
    if (words.length < 2) continue;
    starts.push([words[0]!, words[1]!]);
    for (let i = 2; i <= words.length; i++) {
      const key = `${words[i - 2]} ${words[i - 1]}`;
      const next = words[i] ?? END;
      const known = follows.get(key);
      if (known === undefined) follows.set(key, [next]);
      else known.push(next);
    }
  }
  return { starts, follows };
}

/** A linear congruential generator: the same distractors in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
