interface Node<Value> {
  readonly value: Value;
  before: Node<Value> | undefined;
  after: Node<Value> | undefined;
}

export type LinkedList<Value> = ReturnType<typeof createLinkedList<Value>>;

/**
 * A doubly linked list with removal in constant time. Not a Map or Set: V8 keeps the old storage of one that has grown,
 * and what it refers to, until a full collection.
 */
export function createLinkedList<Value>() {
  let first: Node<Value> | undefined;
  let last: Node<Value> | undefined;

  function remove({ before, after }: Node<Value>): void {
    if (before === undefined) first = after;
    else before.after = after;
    if (after === undefined) last = before;
    else after.before = before;
  }

  /** Adds a value before those at the end that come after it. Gives the function that removes it. */
  function insert(value: Value, comesAfter: (other: Value) => boolean): () => void {
    let before = last;
    while (before !== undefined && comesAfter(before.value)) before = before.before;
    const node: Node<Value> = { value, before, after: before === undefined ? first : before.after };
    if (node.before === undefined) first = node;
    else node.before.after = node;
    if (node.after === undefined) last = node;
    else node.after.before = node;
    return () => {
      remove(node);
    };
  }

  return {
    first: () => first?.value,
    /** Adds a value at the end. Gives the function that removes it. */
    append: (value: Value) => insert(value, () => false),
    insert,
    /** How many values are before it. */
    indexOf(value: Value): number {
      let index = 0;
      for (let node = first; node !== undefined && node.value !== value; node = node.after) index += 1;
      return index;
    },
    values: (): Value[] => {
      const all: Value[] = [];
      for (let node = first; node !== undefined; node = node.after) all.push(node.value);
      return all;
    },
  };
}
