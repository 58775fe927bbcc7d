/**
 * The same question asked once for each thing it is about: several directives rest on the same look at all facts. Answers
 * are forgotten with the thing itself.
 */
export function remembered<K extends object, V>(ask: (about: K) => V): (about: K) => V {
  const answers = new WeakMap<K, { readonly answer: V }>();
  return (about) => {
    let known = answers.get(about);
    if (known === undefined) {
      known = { answer: ask(about) };
      answers.set(about, known);
    }
    return known.answer;
  };
}
