/**
 * A doubly linked list with removal in constant time. Not a Map or Set: V8 keeps the old storage of one that has grown,
 * and what it refers to, until a full collection.
 */
export interface LinkedList<Value> {
  readonly first: () => Value | undefined;
  /** Gives the function that removes the value. */
  readonly append: (value: Value) => () => void;
  /** The same, but before the values at the end that come after it. */
  readonly insert: (value: Value, comesAfter: (other: Value) => boolean) => () => void;
  /** How many values are before it. */
  readonly indexOf: (value: Value) => number;
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
    append: (value) => insert(value, () => false),
    insert,
    indexOf(value) {
      let index = 0;
      for (let node = first; node !== undefined && node.value !== value; node = node.after) index += 1;
      return index;
    },
    values() {
      const all: Value[] = [];
      for (let node = first; node !== undefined; node = node.after) all.push(node.value);
      return all;
    },
  };
}
