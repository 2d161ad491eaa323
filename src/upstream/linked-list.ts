/**
 * A list whose values leave from wherever they are. No Map or Set: the tables that those have outgrown hold what was in
 * them until V8 collects everything.
 */
export interface LinkedList<Value> {
  readonly first: () => Value | undefined;
  /** Gives what removes it again. */
  readonly append: (value: Value) => () => void;
  readonly values: () => Value[];
}

interface Node<Value> {
  readonly value: Value;
  before: Node<Value> | undefined;
  after: Node<Value> | undefined;
}

export function createLinkedList<Value>(): LinkedList<Value> {
  let first: Node<Value> | undefined;
  let last: Node<Value> | undefined;

  function remove({ before, after }: Node<Value>): void {
    if (before === undefined) first = after;
    else before.after = after;
    if (after === undefined) last = before;
    else after.before = before;
  }

  return {
    first: () => first?.value,
    append(value) {
      const node: Node<Value> = { value, before: last, after: undefined };
      if (last === undefined) first = node;
      else last.after = node;
      last = node;
      return () => {
        remove(node);
      };
    },
    values() {
      const all: Value[] = [];
      for (let node = first; node !== undefined; node = node.after) all.push(node.value);
      return all;
    },
  };
}
