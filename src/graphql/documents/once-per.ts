/** Computes a value once for each document or part of one. Apollo Server caches the documents within bounds. */
export function oncePer<Node extends object, Value extends object>(compute: (node: Node) => Value) {
  const values = new WeakMap<Node, Value>();
  return (node: Node): Value => {
    const known = values.get(node);
    if (known !== undefined) return known;
    const value = compute(node);
    values.set(node, value);
    return value;
  };
}
