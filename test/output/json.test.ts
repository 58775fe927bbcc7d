import test from "ava";
import { writeJson } from "../../src/output/json.js";

test("when a document has hostile strings then it is still one document and harmless on a terminal", (t) => {
  let text = "";
  const document = { path: "/\u001b[2J\u009b\u007f\nx" };
  writeJson(
    {
      write: (part) => {
        text += part;
      },
    },
    document,
  );
  t.deepEqual(JSON.parse(text), document);
  t.notRegex(text.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f]/);
  t.true(text.endsWith("}\n"));
});
