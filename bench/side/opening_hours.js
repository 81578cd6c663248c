// How does opening_hours.js read our texts? JSON lines {"text", "start", "quarters"} in, one line of signs per text out:
// o open, u open and unattended, ? unknown, . closed; or "error: …". Run with TZ=Asia/Shanghai and NODE_PATH.
const readline = require("readline");
const OpeningHours = require("opening_hours");

const QUARTER = 15 * 60 * 1000;

function sign(open, unknown, comment) {
  if (unknown) return "?";
  if (!open) return ".";
  return /(^|\| )unattended$/.test(comment || "") ? "u" : "o";
}

function read({ text, start, quarters }) {
  const hours = new OpeningHours(text, null, { locale: "en" });
  const first = new Date(`${start}T00:00:00`);
  const it = hours.getIterator(first);
  const last = first.getTime() + quarters * QUARTER;
  let signs = "";
  let at = first.getTime();
  while (at < last) {
    const one = sign(it.getState(), it.getUnknown(), it.getComment());
    const more = it.advance(new Date(last));
    const end = more ? Math.min(it.getDate().getTime(), last) : last;
    for (; at < end; at += QUARTER) signs += one;
  }
  return signs;
}

function single({ text, start, quarters }) {
  const hours = new OpeningHours(text, null, { locale: "en" });
  const first = new Date(`${start}T00:00:00`).getTime();
  let signs = "";
  for (let n = 0; n < quarters; n++) {
    const at = new Date(first + n * QUARTER);
    signs += sign(hours.getState(at), hours.getUnknown(at), hours.getComment(at));
  }
  return signs;
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const task = JSON.parse(line);
  try {
    console.log(task.single ? single(task) : read(task));
  } catch (error) {
    console.log(`error: ${String(error).replace(/\s+/g, " ").slice(0, 200)}`);
  }
});
