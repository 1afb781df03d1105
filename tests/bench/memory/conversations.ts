/** Conversations in LoCoMo's format, with the questions that are asked of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Turn {
  content: string;
  occurredAt: string;
}

export interface Question {
  text: string;
  /** 1 multi-hop, 2 about time, 3 needs knowledge of the world, 4 single-hop. */
  category: number;
  /** Places in `turns` that hold the answer. */
  evidence: ReadonlySet<number>;
}

export interface Conversation {
  name: string;
  turns: Turn[];
  questions: Question[];
}

interface RawTurn {
  speaker: string;
  dia_id: string;
  text: string;
  blip_caption?: string;
}

interface RawQuestion {
  question: string;
  evidence?: string[];
  category: number;
}

type Raw = Record<string, unknown> & { qa: RawQuestion[]; conversation?: Record<string, unknown> };

/** The questions of category 5 have no answer to find. */
const CATEGORIES = [1, 2, 3, 4];

/** Every `.json` of the folder: one conversation, or a list of them. */
export function readConversations(folder: string): Conversation[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const read = JSON.parse(readFileSync(join(folder, file), "utf8")) as Raw | Raw[];
    return [read].flat().map((raw, i) => conversationOf(`${file.replace(".json", "")}${i === 0 ? "" : `-${i}`}`, raw));
  });
}

function conversationOf(name: string, raw: Raw): Conversation {
  const said = raw.conversation ?? raw;
  const sessions = Object.keys(said)
    .filter((key) => /^session_\d+$/.test(key))
    .sort((a, b) => Number(a.slice(8)) - Number(b.slice(8)));
  const turns: Turn[] = [];
  const places = new Map<string, number>();
  for (const session of sessions) {
    const occurredAt = timeOf(said[`${session}_date_time`] as string);
    for (const turn of said[session] as RawTurn[]) {
      places.set(turn.dia_id, turns.length);
      const picture = turn.blip_caption === undefined ? "" : ` [${turn.blip_caption}]`;
      turns.push({ content: `${turn.speaker}: ${turn.text}${picture}`, occurredAt });
    }
  }
  const questions = raw.qa
    .filter(({ category }) => CATEGORIES.includes(category))
    .map(({ question, category, evidence = [] }) => {
      const named = evidence.flatMap((ids) => ids.split(/[\s;,]+/)).map((id) => places.get(id));
      return { text: question, category, evidence: new Set(named.filter((place) => place !== undefined)) };
    })
    .filter(({ evidence }) => evidence.size > 0);
  return { name, turns, questions };
}

/** "1:56 pm on 8 May, 2023" */
function timeOf(text: string): string {
  const parts = /^(\d+):(\d+) (am|pm) on (\d+) (\w+), (\d+)$/.exec(text.trim());
  if (parts === null) throw new Error(`A session's date is not understood: ${text}`);
  const [, hour, minute, half, day, month, year] = parts;
  const hours = (Number(hour) % 12) + (half === "pm" ? 12 : 0);
  return new Date(`${day} ${month} ${year} ${hours}:${minute} UTC`).toISOString();
}
