import { valuesOf } from "../completion.ts";
import type { Prompt } from "../prompt.ts";
import context from "../tools/memory/context.ts";

export default {
  name: "session_start",
  title: "Start with what is known",
  description: "What Moorage remembers for this agent and project: memories, and the log of today and yesterday.",
  arguments: {
    agent: { description: "whose memory; the session's own when left out", complete: valuesOf("agent") },
    project: { description: "the session's own when left out", complete: valuesOf("project") },
  },
  text:
    "This is the start of a session. Below is what is remembered from the sessions before it. Take it as background: " +
    "say in two or three sentences what matters for now, then ask what to do. What is not here may still be found " +
    "with memory_search.",
  tool: context,
  read: (given) => given,
} satisfies Prompt;
