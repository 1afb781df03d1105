// `pnpm bench:memory --data <folder> [--distractors N] [--only name]`: how much of what a question needs memory_search
// finds, beside simpler ways, over conversations in LoCoMo's format. Each conversation has a database of its own; with
// `--distractors` all share one with that many memories that answer nothing. Prints, and judges nobody.
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { describeMachine } from "../tests/bench/measure/machine.ts";
import { type Conversation, type Question, readConversations, type Turn } from "../tests/bench/memory/conversations.ts";
import { makeDistractors } from "../tests/bench/memory/distractors.ts";
import { RECALLERS, type Recaller } from "../tests/bench/memory/recallers.ts";
import { type Answer, type Scores, scoresOf } from "../tests/bench/memory/scores.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, distractors: { type: "string", default: "0" }, only: { type: "string" } },
});
if (values.data === undefined) {
  console.error("Say where the conversations are: --data <folder>");
  process.exit(1);
}
const conversations = readConversations(values.data);
const distractors = Number(values.distractors);

/** What is remembered together, and what is then asked; evidence counts from the first turn of the group. */
interface Group {
  turns: Turn[];
  questions: Question[];
}

const groups: Group[] = distractors > 0 ? [together(conversations, distractors)] : conversations;

console.log(describeMachine());
const turns = conversations.reduce((sum, conversation) => sum + conversation.turns.length, 0);
console.log(`${conversations.length} conversations, ${turns} turns, ${distractors} distractors\n`);
console.log(row("", ["questions", "recall@5", "recall@10", "recall@20", "hit@10", "MRR", "p50 ms", "p95 ms"]));
for (const [name, open] of Object.entries(RECALLERS)) {
  if (values.only !== undefined && values.only !== name) continue;
  const answers: Answer[] = [];
  let added = 0;
  for (const group of groups) {
    const recaller = await open();
    const start = performance.now();
    for (const turn of group.turns) await recaller.add(turn);
    added += performance.now() - start;
    for (const question of group.questions) answers.push(await ask(recaller, question));
    await recaller.close();
  }
  console.log(row(name, cells(scoresOf(answers))));
  const memories = groups.reduce((sum, group) => sum + group.turns.length, 0);
  if (name !== "moorage") continue;
  for (const category of [1, 2, 3, 4]) {
    const part = answers.filter(({ question }) => question.category === category);
    console.log(row(`  category ${category}`, cells(scoresOf(part))));
  }
  console.log(`  adding one: ${(added / memories).toFixed(2)} ms`);
}

async function ask(recaller: Recaller, question: Question): Promise<Answer> {
  const start = performance.now();
  const found = await recaller.find(question.text);
  return { question, found, ms: performance.now() - start };
}

/** Everything in one place, the conversations in the middle. */
function together(all: readonly Conversation[], count: number): Group {
  const extra = makeDistractors(all, count);
  const half = Math.floor(count / 2);
  const group: Group = { turns: extra.slice(0, half), questions: [] };
  for (const conversation of all) {
    const first = group.turns.length;
    group.questions.push(
      ...conversation.questions.map((question) => ({
        ...question,
        evidence: new Set([...question.evidence].map((place) => first + place)),
      })),
    );
    group.turns.push(...conversation.turns);
  }
  group.turns.push(...extra.slice(half));
  return group;
}

function cells({ questions, p50, p95, ...shares }: Scores): string[] {
  const times = [p50, p95].map((ms) => ms.toFixed(1));
  return [`${questions}`, ...Object.values(shares).map((share) => share.toFixed(3)), ...times];
}

function row(name: string, columns: string[]): string {
  return [name.padEnd(28), ...columns.map((column) => column.padStart(9))].join(" ");
}
