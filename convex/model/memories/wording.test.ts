import { describe, expect, it } from "vitest";
import { wordingOf } from "./wording.ts";

describe("two entries that say the same", () => {
  it.each([
    ["The ferry leaves at nine.", "the FERRY leaves, at nine"],
    ["The ferry leaves at nine.", "At nine the ferry leaves."],
    ["The ferry leaves at nine.", "The ferry leaves at 9"],
    ["The user prefers dark mode in the editor", "User prefers dark mode in their editor."],
    ["User prefers dark-mode.", "User really prefers dark mode"],
    ["Remember that the staging server is heron.", "The staging server is heron"],
    ["Note: deploys go out on Tuesdays", "Deploys go out on Tuesday."],
    ["We don't deploy on Fridays", "We do not deploy on Fridays."],
    ["We can't reach it", "We cannot reach it!"],
    ["It's a brigantine", "It is a brigantine."],
    ["Close the hatch if it rains", "If it rains, close the hatch."],
    ["Café Aurora opens early", "cafe aurora opens early"],
    ["Runs on PostgreSQL 17", "runs on postgresql 17."],
    ["Always run the tests before pushing", "Run the tests before pushing."],
    ["Ada: See you there!", "ada: see you there"],
    ["The ferry is leaving at nine", "The ferry leaves at nine."],
    ["We're running the tests", "We run the tests"],
    ["Ferries use the passes", "The ferry uses the pass"],
    ["Use `pnpm` in **every** package", "Use pnpm in every package."],
    ["Deploys wait until noon...", "Deploys wait until noon"],
    ["- Deploys wait - until noon", "Deploys wait until noon"],
  ])("%j and %j", (one, other) => expect(wordingOf(one)).toBe(wordingOf(other)));
});

describe("two entries that do not", () => {
  it.each([
    ["The ferry leaves at nine.", "The ferry leaves at ten."],
    ["The ferry leaves at nine.", "The ferry does not leave at nine."],
    ["The ferry leaves at nine.", "The ferry leaves at nine on Sundays."],
    ["The ferry leaves at nine.", "Does the ferry leave at nine?"],
    ["The ferry leaves at 9 am", "The ferry leaves at 9 pm"],
    ["The ferry leaves at 10:30", "The ferry leaves at 10, platform 30"],
    ["The crane is red", "The crane was red"],
    ["Is the crane red?", "The crane is red."],
    ["The tests do not always pass", "The tests do not pass"],
    ["It is not really a queue", "It is not a queue"],
    ["Ada manages Bo", "Bo manages Ada"],
    ["Use tabs, not spaces", "Use spaces, not tabs"],
    ["Prefers pnpm over npm", "Prefers npm over pnpm"],
    ["The ferry runs before the train", "The train runs before the ferry"],
    ["The train from Oslo to Bergen", "The train from Bergen to Oslo"],
    ["Restart the server before lunch. Call Ada.", "Before lunch call Ada. Restart the server."],
    ["The limit is 5%", "The limit is 5"],
    ["The offset is -5", "The offset is 5"],
    ["p95 < 40 ms", "p95 > 40 ms"],
    ["Version 1.2", "Version 1-2"],
    ["The weight is .5", "The weight is 5"],
    ["The config is in `/etc/heron`", "The config is in `etc/heron`"],
    ["Start it with ../run", "Start it with ./run"],
    ["Secrets are in .env", "Secrets are in env"],
    ["Run git push --force", "Run git push force"],
    ["Run ls -l", "Run ls l"],
    ["Ignore *.log", "Ignore .log"],
    ["The engine is in C", "The engine is in C++"],
    ["The column is user_id", "The column is user.id"],
    ["Backups go to eu-west-1", "Backups go to eu-west-2"],
    ["Port 8080", "Port 8081"],
    ["Ada: Yes.", "Bo: Yes."],
    ["Ada: Not now.", "Ada: Now, not."],
    ["Ship it 👍", "Ship it 👎"],
    ["👍", "👎"],
    ["Ada works at the harbour", "Ada worked at the harbour"],
    ["Ada is hiring", "Ada is hired"],
    ["The building is red", "The build is red"],
    ["The ferry leaves at nine.", "The ferry left at nine."],
    ["Bo studies the universe", "Bo studies the university"],
    ["Ada deploys on Mondays, Bo on Fridays", "On Mondays Bo, on Fridays Ada deploys"],
    ["A → B", "B → A"],
    ["Team A owns the crane", "The team owns the crane"],
    ["Can deploy on Fridays", "Can't deploy on Fridays"],
  ])("%j and %j", (one, other) => expect(wordingOf(one)).not.toBe(wordingOf(other)));
});

it("phrases beyond a sentence's few stay where they are, however many there are", () => {
  const phrases = "at ".repeat(10_000);
  expect(wordingOf(`${phrases}the quay`)).not.toBe(wordingOf(`the quay ${phrases}`));
});
